/** What was typed, by the names of the controls. */
export class Values {
  readonly #form: FormData

  constructor(form: FormData) {
    this.#form = form
  }

  /** Without blanks around it. */
  text(name: string): string {
    return this.raw(name).trim()
  }

  raw(name: string): string {
    const value = this.#form.get(name)
    return typeof value === 'string' ? value : ''
  }

  /** An empty text is none. */
  optional(name: string): string | null {
    return this.text(name) || null
  }

  /** Of boxes that share a name, those that are ticked. */
  all(name: string): string[] {
    return this.#form.getAll(name).filter((value) => typeof value === 'string')
  }

  isTicked(name: string): boolean {
    return this.#form.has(name)
  }

  file(name: string): File | null {
    const value = this.#form.get(name)
    return value instanceof File && value.name ? value : null
  }
}
