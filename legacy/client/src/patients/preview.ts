/** How a file can be shown. Its type is whatever the uploader said, so nothing is shown that could run. */
export type Preview = 'image' | 'text'

/** As an `img` takes them, in which not even an SVG can run anything. */
const images = /^image\/(png|jpeg|gif|webp|avif|bmp|svg\+xml)$/
const texts = /^(text\/(plain|csv|markdown)|application\/json)$/

/** Texts beyond this are for other programs. */
const longestText = 200_000

export function previewOf(file: { contentType: string; size: number }): Preview | undefined {
  const type = file.contentType.split(';', 1)[0]!.trim().toLowerCase()
  if (file.size === 0) return undefined
  if (images.test(type)) return 'image'
  return texts.test(type) && file.size <= longestText ? 'text' : undefined
}
