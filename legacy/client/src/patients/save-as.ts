/** Hands a file to the browser's downloads. A plain link could not carry the access token. */
export function saveAs(content: Blob, filename: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(content)
  link.download = filename
  link.click()
  // Long enough for the download to begin.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}
