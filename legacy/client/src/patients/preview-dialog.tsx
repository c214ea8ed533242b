import { useCallback, useEffect, useState } from 'react'
import { useApi, useResource } from '../api/context.tsx'
import { type Attachment, downloadAttachment } from '../api/patients.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Empty, Loaded } from '../ui/states.tsx'
import { type Preview } from './preview.ts'
import { saveAs } from './save-as.ts'

interface PreviewProps {
  readonly one: Attachment
  readonly as: Preview
  readonly onClose: () => void
}

/** A file as it looks, without leaving the page. */
export function PreviewDialog({ one, as, onClose }: PreviewProps) {
  const { client } = useApi()
  const file = useResource(`/pets/${one.petId}/attachments/${one.seq}`, () =>
    downloadAttachment(client, one),
  )
  return (
    <Dialog title={one.filename} width="wide" onClose={onClose}>
      <Loaded what="file" from={file} lines={8}>
        {(blob) => (
          <>
            {as === 'image' ? <Picture of={blob} name={one.filename} /> : <Text of={blob} />}
            <div className="form-end">
              <Button icon="download" onClick={() => saveAs(blob, one.filename)}>
                Download
              </Button>
            </div>
          </>
        )}
      </Loaded>
    </Dialog>
  )
}

function Picture({ of, name }: { of: Blob; name: string }) {
  const [isBroken, setBroken] = useState(false)
  const show = useCallback(
    (image: HTMLImageElement) => {
      image.src = URL.createObjectURL(of)
      return () => URL.revokeObjectURL(image.src)
    },
    [of],
  )
  if (isBroken) {
    return (
      <Empty icon="image" title="This picture cannot be shown">
        <p>It may be damaged, or not be a picture at all.</p>
      </Empty>
    )
  }
  return <img ref={show} className="preview" alt={name} onError={() => setBroken(true)} />
}

function Text({ of }: { of: Blob }) {
  const [text, setText] = useState<string>()
  useEffect(() => {
    let isWanted = true
    void of.text().then((read) => isWanted && setText(read))
    return () => void (isWanted = false)
  }, [of])
  return text !== undefined && <pre className="preview">{text}</pre>
}
