import { useState } from 'react'
import { Button } from './button.tsx'

const most = 300

/** Some are case histories of many pages: the beginning, until somebody wants all of it. */
export function LongText({ text }: { text: string }) {
  const [isWhole, setWhole] = useState(text.length <= most)
  return (
    <>
      <p className="long-text">{isWhole ? text : `${text.slice(0, most)} …`}</p>
      {!isWhole && (
        <Button size="small" look="quiet" onClick={() => setWhole(true)}>
          Show all
        </Button>
      )}
    </>
  )
}
