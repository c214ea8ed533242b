import { useCallback, useState } from 'react'
import { Link } from 'react-router'
import { type AuditEntry, listAudit } from '../api/admin.ts'
import { useApi, useResource } from '../api/context.tsx'
import { Badge, type Tone } from '../ui/badge.tsx'
import { Button } from '../ui/button.tsx'
import { Select } from '../ui/fields.tsx'
import { Page } from '../ui/page.tsx'
import { SearchBox } from '../ui/search-box.tsx'
import { Empty, Loaded } from '../ui/states.tsx'
import { type Column, None, Table } from '../ui/table.tsx'
import { useListParams } from '../ui/use-list-params.ts'
import { actionNames, changesOf, columnInWords, pageOf } from './audit-words.ts'

const tables = [
  { value: '', text: 'Everything' },
  { value: 'owners', text: 'Owners' },
  { value: 'pets', text: 'Pets' },
  { value: 'vaccinations', text: 'Vaccinations' },
  { value: 'appointments', text: 'Appointments' },
]

const tones: Readonly<Record<AuditEntry['action'], Tone>> = {
  insert: 'green',
  update: 'blue',
  delete: 'red',
}

export function AuditPage() {
  const { client } = useApi()
  const { text, change } = useListParams()
  const query = { table: text('table'), key: text('key'), actor: text('actor') }
  const asked = JSON.stringify(query)
  const [pages, setPages] = useState({ of: asked, count: 1 })
  const count = pages.of === asked ? pages.count : 1
  const log = useResource(`/audit?${asked}#${count}`, () => listAudit(client, query, count))
  const byActor = useCallback((actor: string) => change({ actor }), [change])
  const byKey = useCallback((key: string) => change({ key }), [change])
  const isNarrowed = Object.values(query).some(Boolean)
  const clear = () => change({ table: null, key: null, actor: null })
  return (
    <Page title="Audit log" subtitle="Who changed what, newest first, in all clinics.">
      <search className="filters">
        <div className="filter-row">
          <Select
            label="What"
            value={query.table}
            options={tables}
            onChange={(table) => change({ table })}
          />
          <SearchBox
            label="Who"
            placeholder="E-mail address …"
            value={query.actor}
            onChange={byActor}
          />
          <SearchBox label="Id" placeholder="Its id …" value={query.key} onChange={byKey} />
          {isNarrowed && (
            <Button look="quiet" onClick={clear}>
              Clear
            </Button>
          )}
        </div>
      </search>
      <Loaded what="audit log" from={log} lines={10}>
        {({ entries, more }) =>
          entries.length === 0 ? (
            <Empty icon="clock" title={isNarrowed ? 'Nothing fits that' : 'Nothing yet'}>
              {isNarrowed && <p>Addresses and ids must be whole and exact.</p>}
            </Empty>
          ) : (
            <>
              <Table label="Audit log" columns={columns} rows={entries} keyOf={({ id }) => id} />
              {more && (
                <p className="pager">
                  <Button
                    isBusy={log.isPrevious}
                    onClick={() => setPages({ of: asked, count: count + 1 })}
                  >
                    Show older ones
                  </Button>
                </p>
              )}
            </>
          )
        }
      </Loaded>
    </Page>
  )
}

const columns: readonly Column<AuditEntry>[] = [
  {
    title: 'When (UTC)',
    isShort: true,
    place: 'main',
    cell: ({ at, actor }) => (
      <span className="two-lines">
        <b>{at}</b>
        <small>{actor ?? 'The system'}</small>
      </span>
    ),
  },
  {
    title: 'What',
    isShort: true,
    place: 'side',
    cell: ({ action }) => <Badge tone={tones[action]}>{actionNames[action]}</Badge>,
  },
  { title: 'Of', isShort: true, cell: (entry) => <Thing entry={entry} /> },
  { title: 'Change', cell: (entry) => <Changes entry={entry} /> },
]

function Thing({ entry }: { entry: AuditEntry }) {
  const page = pageOf(entry)
  const text = `${entry.table} ${entry.key.slice(0, 8)}${entry.key.length > 8 ? '…' : ''}`
  return page ? <Link to={page}>{text}</Link> : text
}

const shownAtOnce = 3

/** A whole row is long: what is beyond the first columns is folded. */
function Changes({ entry }: { entry: AuditEntry }) {
  const changes = changesOf(entry)
  if (changes.length === 0) return <None />
  if (changes.length <= shownAtOnce) return <ChangeList changes={changes} />
  return (
    <details className="changes-more">
      <summary>{changes.length} values</summary>
      <ChangeList changes={changes} />
    </details>
  )
}

function ChangeList({ changes }: { changes: ReturnType<typeof changesOf> }) {
  return (
    <dl className="changes">
      {changes.map(({ column, from, to }) => (
        <div key={column}>
          <dt>{columnInWords(column)}</dt>
          <dd>
            {from !== null && <del>{from}</del>}
            {from !== null && to !== null && ' '}
            {to !== null && <ins>{to}</ins>}
            {from === null && to === null && <None />}
          </dd>
        </div>
      ))}
    </dl>
  )
}
