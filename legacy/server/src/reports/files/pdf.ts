import { buffer } from 'node:stream/consumers'
import PDFDocument from 'pdfkit'
import type { Table } from '../table.ts'

const margin = 40
const lineHeight = 16

/** One line a row, on as many pages as it takes. */
export function toPdf({ title, columns, rows }: Table, subtitle: string): Promise<Buffer> {
  // Dated by nothing: the same numbers shall be the same file.
  const info = { Title: title, CreationDate: new Date(0) }
  const document = new PDFDocument({ size: 'A4', margin, info })
  const bytes = buffer(document)
  const width = (document.page.width - 2 * margin) / columns.length
  document.font('Helvetica-Bold').fontSize(16).text(title)
  document.font('Helvetica').fontSize(9).text(subtitle).moveDown()
  let y = document.y
  const line = (cells: readonly (string | number)[], font: string) => {
    if (y > document.page.height - margin - lineHeight) {
      document.addPage()
      y = margin
    }
    document.font(font)
    for (const [index, cell] of cells.entries()) {
      const options = { width: width - 4, height: lineHeight, lineBreak: false, ellipsis: true }
      document.text(printable(String(cell)), margin + index * width, y, options)
    }
    y += lineHeight
  }
  line(columns, 'Helvetica-Bold')
  for (const row of rows) line(row, 'Helvetica')
  document.end()
  return bytes
}

/** The fonts that every viewer has know Western European letters only. */
function printable(text: string): string {
  return text.replaceAll(/[^\u0020-\u00FF“”‘’–—€]/g, (letter) => {
    const plain = letter.normalize('NFD').replaceAll(/[^\u0020-\u007E]/g, '')
    return plain === '' ? '?' : plain
  })
}
