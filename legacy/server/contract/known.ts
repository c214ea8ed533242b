/** What a run has learnt so far, and texts with `{name}` filled in from it. */
export class Known {
  readonly #values = new Map<string, unknown>()

  set(name: string, value: unknown): void {
    this.#values.set(name, value)
  }

  get(name: string): unknown {
    if (!this.#values.has(name)) throw new Error(`no earlier case learnt {${name}}`)
    return this.#values.get(name)
  }

  /** The access token of who has signed in. */
  tokenOf(who: string): string | undefined {
    const token = this.#values.get(`token:${who}`)
    return typeof token === 'string' ? token : undefined
  }

  fill(text: string): string {
    return text.replaceAll(/\{([a-z][\w: -]*)\}/g, (_, name: string) => String(this.get(name)))
  }

  fillJson(value: unknown): unknown {
    if (typeof value === 'string') {
      const [, name] = /^\{([a-z][\w: -]*)\}$/.exec(value) ?? []
      return name === undefined ? this.fill(value) : this.get(name)
    }
    if (Array.isArray(value)) return value.map((each) => this.fillJson(each))
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => [key, this.fillJson(each)]),
    )
  }
}
