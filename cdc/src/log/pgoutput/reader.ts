/** Reads the fields of a protocol message one after the other. */
export class Reader {
  readonly #buffer: Buffer
  #at: number

  constructor(buffer: Buffer, at = 0) {
    this.#buffer = buffer
    this.#at = at
  }

  char(): string {
    return String.fromCharCode(this.int8())
  }

  int8(): number {
    return this.#buffer[this.#at++]!
  }

  int16(): number {
    this.#at += 2
    return this.#buffer.readUInt16BE(this.#at - 2)
  }

  int32(): number {
    this.#at += 4
    return this.#buffer.readUInt32BE(this.#at - 4)
  }

  int64(): bigint {
    this.#at += 8
    return this.#buffer.readBigUInt64BE(this.#at - 8)
  }

  cString(): string {
    const end = this.#buffer.indexOf(0, this.#at)
    const text = this.#buffer.toString('utf8', this.#at, end)
    this.#at = end + 1
    return text
  }

  text(length: number): string {
    this.#at += length
    return this.#buffer.toString('utf8', this.#at - length, this.#at)
  }

  skip(bytes: number): void {
    this.#at += bytes
  }
}
