import { useState } from 'react'
import { useApi, useGet } from '../api/context.tsx'
import { type Export, formatNames, reportNames } from '../api/reports.ts'
import { useToday } from '../app/clinic.tsx'
import { saveAs } from '../patients/save-as.ts'
import { fileSize } from '../patients/words.ts'
import { addDays, dayInWords, shortDay } from '../time/days.ts'
import { localMoment } from '../time/moments.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { SelectField, TextField } from '../ui/fields.tsx'
import { Form, FormEnd } from '../ui/form.tsx'
import { Page } from '../ui/page.tsx'
import { Empty, Loaded } from '../ui/states.tsx'
import { type Column, Table } from '../ui/table.tsx'
import { useToasts } from '../ui/toasts.tsx'

export function ExportsPage() {
  const made = useGet<readonly Export[]>('/reports/exports')
  const [isMaking, setMaking] = useState(false)
  return (
    <Page
      title="Exports"
      subtitle="Reports as files. Each stays as it was when it was made."
      actions={
        <Button look="primary" icon="plus" onClick={() => setMaking(true)}>
          New export
        </Button>
      }
    >
      <Loaded what="exports" from={made} lines={6}>
        {(all) =>
          all.length === 0 ? (
            <Empty icon="file" title="No exports yet" />
          ) : (
            <Table label="Exports" columns={columns} rows={all} keyOf={({ id }) => id} />
          )
        }
      </Loaded>
      {isMaking && <ExportDialog onClose={() => setMaking(false)} />}
    </Page>
  )
}

const columns: readonly Column<Export>[] = [
  {
    title: 'Report',
    place: 'main',
    cell: ({ report, from, to }) => (
      <span className="two-lines">
        <b>{reportNames[report]}</b>
        <small>
          {dayInWords(from, shortDay)} – {dayInWords(to, shortDay)}
        </small>
      </span>
    ),
  },
  { title: 'Format', isShort: true, cell: ({ format }) => formatNames[format] },
  { title: 'Size', isShort: true, isNumber: true, cell: ({ size }) => fileSize(size) },
  { title: 'Made', isShort: true, cell: ({ createdAt }) => localMoment(createdAt) },
  { title: '', place: 'side', cell: (one) => <Download one={one} /> },
]

function Download({ one }: { one: Export }) {
  const { client } = useApi()
  const { fail } = useToasts()
  const [isBusy, setBusy] = useState(false)
  const filename = `${one.report}-${one.to}.${one.format}`

  async function download(): Promise<void> {
    setBusy(true)
    try {
      const answer = await client.send('GET', `/reports/exports/${one.id}`)
      saveAs(await answer.blob(), filename)
    } catch (thrown) {
      fail(thrown)
    } finally {
      setBusy(false)
    }
  }

  return (
    <span className="row-actions">
      <IconButton
        icon="download"
        label={`Download ${filename}`}
        aria-busy={isBusy}
        onClick={() => void download()}
      />
    </span>
  )
}

const optionsOf = (names: Readonly<Record<string, string>>) =>
  Object.entries(names).map(([value, text]) => ({ value, text }))

function ExportDialog({ onClose }: { onClose: () => void }) {
  const { client, cache } = useApi()
  const { tell } = useToasts()
  const today = useToday()
  return (
    <Dialog title="New export" width="narrow" onClose={onClose}>
      <Form
        label="New export"
        submit={async (values) => {
          const [report, format] = [values.raw('report'), values.raw('format')]
          const days = { from: values.raw('from'), to: values.raw('to') }
          const made = await client.post<Export>('/reports/exports', { report, format, ...days })
          cache.invalidate('/reports/exports')
          tell(`${reportNames[made.report]} is ready, ${fileSize(made.size)}.`)
          onClose()
        }}
      >
        <SelectField name="report" label="Report" options={optionsOf(reportNames)} />
        <SelectField name="format" label="Format" options={optionsOf(formatNames)} />
        <TextField
          name="from"
          label="From"
          type="date"
          required
          defaultValue={addDays(today, -29)}
        />
        <TextField name="to" label="To" type="date" required defaultValue={today} />
        <FormEnd onCancel={onClose}>Make export</FormEnd>
      </Form>
    </Dialog>
  )
}
