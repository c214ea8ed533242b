import { useState } from 'react'
import { useApi, useGet } from '../api/context.tsx'
import type { Template } from '../api/notifications.ts'
import { kindInWords } from '../inbox/words.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/dialog.tsx'
import { Page } from '../ui/page.tsx'
import { Empty, Loaded } from '../ui/states.tsx'
import { type Column, Table } from '../ui/table.tsx'
import { useToasts } from '../ui/toasts.tsx'
import { SendDialog, TemplateDialog } from './template-dialogs.tsx'

type Open =
  | { readonly what: 'add' }
  | { readonly what: 'edit' | 'send' | 'delete'; readonly template: Template }

export function TemplatesPage() {
  const found = useGet<{ templates: readonly Template[] }>('/notification-templates')
  const [open, setOpen] = useState<Open>()
  const close = () => setOpen(undefined)
  return (
    <Page
      title="Messages"
      subtitle="What people are told, by occasion; the same for all clinics."
      actions={
        <Button look="primary" icon="plus" onClick={() => setOpen({ what: 'add' })}>
          New message
        </Button>
      }
    >
      <Loaded what="messages" from={found}>
        {({ templates }) =>
          templates.length === 0 ? (
            <Empty icon="mail" title="No messages yet" />
          ) : (
            <Table
              label="Messages"
              columns={columnsWith(setOpen)}
              rows={templates}
              keyOf={({ key }) => key}
            />
          )
        }
      </Loaded>
      {open?.what === 'add' && <TemplateDialog onClose={close} />}
      {open?.what === 'edit' && <TemplateDialog template={open.template} onClose={close} />}
      {open?.what === 'send' && <SendDialog template={open.template} onClose={close} />}
      {open?.what === 'delete' && <DeleteDialog template={open.template} onClose={close} />}
    </Page>
  )
}

function columnsWith(onOpen: (open: Open) => void): Column<Template>[] {
  return [
    {
      title: 'Occasion',
      place: 'main',
      cell: ({ key }) => (
        <span className="two-lines">
          <b>{kindInWords(key)}</b>
          <small className="code">{key}</small>
        </span>
      ),
    },
    {
      title: 'Message',
      cell: ({ subject, body }) => (
        <span className="two-lines">
          <span>{subject}</span>
          <small>{body}</small>
        </span>
      ),
    },
    {
      title: '',
      cell: (template) => (
        <span className="row-actions">
          <IconButton
            icon="mail"
            label={`Send ${template.key}`}
            onClick={() => onOpen({ what: 'send', template })}
          />
          <IconButton
            icon="pencil"
            label={`Edit ${template.key}`}
            onClick={() => onOpen({ what: 'edit', template })}
          />
          <IconButton
            icon="trash"
            label={`Delete ${template.key}`}
            onClick={() => onOpen({ what: 'delete', template })}
          />
        </span>
      ),
    },
  ]
}

function DeleteDialog({ template, onClose }: { template: Template; onClose: () => void }) {
  const { client, cache } = useApi()
  const { tell } = useToasts()
  return (
    <ConfirmDialog
      title={`Delete ${kindInWords(template.key)}?`}
      action="Delete message"
      onClose={onClose}
      confirm={async () => {
        await client.remove(`/notification-templates/${template.key}`)
        cache.invalidate('/notification-templates', '/notification-preferences')
        tell(`${kindInWords(template.key)} is deleted.`)
      }}
    >
      Nobody is told any more when this occasion comes.
    </ConfirmDialog>
  )
}
