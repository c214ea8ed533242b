import { useState } from 'react'
import { useApi, useGet, useUser } from '../api/context.tsx'
import { type Attachment, downloadAttachment } from '../api/patients.ts'
import { may } from '../app/permissions.ts'
import { dayInWords, shortDay } from '../time/days.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { ConfirmDialog } from '../ui/dialog.tsx'
import { Icon } from '../ui/icon.tsx'
import { Empty, Loaded } from '../ui/states.tsx'
import { useToasts } from '../ui/toasts.tsx'
import { previewOf } from './preview.ts'
import { PreviewDialog } from './preview-dialog.tsx'
import { saveAs } from './save-as.ts'
import { UploadDialog } from './upload-dialog.tsx'
import { fileSize } from './words.ts'

interface AttachmentsProps {
  readonly petId: number
  readonly mayUpload: boolean
}

export function Attachments({ petId, mayUpload }: AttachmentsProps) {
  const list = useGet<{ attachments: readonly Attachment[] }>(`/pets/${petId}/attachments`)
  const [isUploading, setUploading] = useState(false)
  const [doomed, setDoomed] = useState<Attachment>()
  return (
    <section className="card" aria-labelledby="attachments">
      <div className="card-head">
        <h2 id="attachments">Attachments</h2>
        {mayUpload && (
          <Button size="small" icon="upload" onClick={() => setUploading(true)}>
            Upload file
          </Button>
        )}
      </div>
      <Loaded what="attachments" from={list} lines={2}>
        {({ attachments }) =>
          attachments.length === 0 ? (
            <Empty icon="clip" title="No files yet" />
          ) : (
            <ul className="files" aria-label="Attachments">
              {attachments.map((one) => (
                <File key={one.seq} one={one} onDelete={() => setDoomed(one)} />
              ))}
            </ul>
          )
        }
      </Loaded>
      {isUploading && <UploadDialog petId={petId} onClose={() => setUploading(false)} />}
      {doomed && <DeleteAttachment one={doomed} onClose={() => setDoomed(undefined)} />}
    </section>
  )
}

function File({ one, onDelete }: { one: Attachment; onDelete: () => void }) {
  const { client } = useApi()
  const { fail } = useToasts()
  const { role } = useUser()
  const [isBusy, setBusy] = useState(false)
  const [isOpen, setOpen] = useState(false)
  const preview = previewOf(one)

  async function download(): Promise<void> {
    setBusy(true)
    try {
      saveAs(await downloadAttachment(client, one), one.filename)
    } catch (thrown) {
      fail(thrown)
    } finally {
      setBusy(false)
    }
  }

  return (
    <li className="file">
      <span className="file-icon">
        <Icon name={one.contentType.startsWith('image/') ? 'image' : 'file'} />
      </span>
      <span className="file-text">
        <b>{one.filename}</b>
        <small>
          {fileSize(one.size)} · {dayInWords(one.createdAt.slice(0, 10), shortDay)}
          {one.note && ` · ${one.note}`}
        </small>
      </span>
      <span className="row-actions">
        {preview && (
          <IconButton icon="eye" label={`Preview ${one.filename}`} onClick={() => setOpen(true)} />
        )}
        <IconButton
          icon="download"
          label={`Download ${one.filename}`}
          aria-busy={isBusy}
          onClick={() => void download()}
        />
        {may(role, 'delete attachments') && (
          <IconButton icon="trash" label={`Delete ${one.filename}`} onClick={onDelete} />
        )}
      </span>
      {isOpen && preview && <PreviewDialog one={one} as={preview} onClose={() => setOpen(false)} />}
    </li>
  )
}

function DeleteAttachment({ one, onClose }: { one: Attachment; onClose: () => void }) {
  const { client, cache } = useApi()
  const { tell } = useToasts()
  return (
    <ConfirmDialog
      title="Delete this file?"
      action="Delete file"
      onClose={onClose}
      confirm={async () => {
        await client.remove(`/pets/${one.petId}/attachments/${one.seq}`)
        cache.invalidate(`/pets/${one.petId}/attachments`)
        tell(`${one.filename} is deleted.`)
      }}
    >
      {one.filename} will be gone for good.
    </ConfirmDialog>
  )
}
