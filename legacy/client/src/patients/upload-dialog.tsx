import { useRef, useState } from 'react'
import { useApi } from '../api/context.tsx'
import { largestFile, uploadAttachment } from '../api/patients.ts'
import { Dialog } from '../ui/dialog.tsx'
import { Field, TextArea } from '../ui/fields.tsx'
import { Form, FormEnd } from '../ui/form.tsx'
import { Icon } from '../ui/icon.tsx'
import { useToasts } from '../ui/toasts.tsx'
import { fileSize } from './words.ts'

interface UploadProps {
  readonly petId: number
  readonly onClose: () => void
}

export function UploadDialog({ petId, onClose }: UploadProps) {
  const { client, cache } = useApi()
  const { tell } = useToasts()
  return (
    <Dialog title="Upload file" width="narrow" onClose={onClose}>
      <Form
        label="Upload file"
        submit={async (values) => {
          const file = values.file('file')!
          await uploadAttachment(client, petId, file, values.text('note'))
          cache.invalidate(`/pets/${petId}/attachments`)
          tell(`${file.name} is uploaded.`)
          onClose()
        }}
      >
        <FileField />
        <TextArea name="note" label="Note" maxLength={10_000} />
        <FormEnd onCancel={onClose}>Upload</FormEnd>
      </Form>
    </Dialog>
  )
}

/** The browser's own control, invisible over a place that files can be dropped on. */
function FileField() {
  const [file, setFile] = useState<File>()
  const input = useRef<HTMLInputElement>(null)

  function take(taken: File | undefined): void {
    setFile(taken)
    input.current?.setCustomValidity(complaintAbout(taken))
  }

  return (
    <Field name="file" label="File" isRequired hint="Up to 10 MB.">
      {(control) => (
        <span className="drop">
          <Icon name={file ? 'file' : 'upload'} size={24} />
          {file ? (
            <span>
              <b>{file.name}</b>
              <small>{fileSize(file.size)}</small>
            </span>
          ) : (
            <span>
              <b>Choose a file</b> or drop it here
            </span>
          )}
          <input
            {...control}
            ref={input}
            type="file"
            required
            onChange={(event) => take(event.target.files?.[0])}
          />
        </span>
      )}
    </Field>
  )
}

function complaintAbout(file: File | undefined): string {
  if (!file) return ''
  if (file.size > largestFile) return 'The file is larger than 10 MB.'
  return file.size === 0 ? 'The file is empty.' : ''
}
