import { useEffect, useRef, useState } from 'react'
import { useApi, useGet } from '../api/context.tsx'
import type { Notification, Notifications } from '../api/notifications.ts'
import { localMoment } from '../time/moments.ts'
import { Badge } from '../ui/badge.tsx'
import { Button, IconButton } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { LongText } from '../ui/long-text.tsx'
import { Page } from '../ui/page.tsx'
import { Empty, Loaded } from '../ui/states.tsx'
import { useToasts } from '../ui/toasts.tsx'
import { iconOf } from './words.ts'

const perPage = 20

/** What was told to whoever is signed in, newest first; live. */
export function InboxPage() {
  const { cache } = useApi()
  const [pages, setPages] = useState(1)
  const found = useGet<Notifications>('/notifications', { limit: Math.min(100, perPage * pages) })
  const list = found.value?.notifications
  const news = useNews(list)

  const { unseen = 0 } = useGet<{ unseen: number }>('/notifications/unseen').value ?? {}
  const known = useRef(0)

  useEffect(() => {
    // The server counts what it has just shown as seen.
    if (list) cache.invalidate('/notifications/unseen')
  }, [cache, list])

  useEffect(() => {
    // Never while an answer is on its way: one that is overtaken takes with it which of its notifications were new.
    if (found.isLoading) return
    // There may be more of them than are shown here: only what is added to them is a reason to ask.
    if (unseen > known.current) cache.invalidate('/notifications?')
    known.current = unseen
  }, [cache, unseen, found.isLoading])

  return (
    <Page title="Inbox" subtitle="What comes in shows up by itself.">
      <Loaded what="inbox" from={found} lines={6}>
        {({ notifications }) =>
          notifications.length === 0 ? (
            <Empty icon="bell" title="Nothing came in yet" />
          ) : (
            <>
              <ul className="notes-list" aria-label="Inbox">
                {notifications.map((one) => (
                  <Entry key={one.id} one={one} isNew={news.has(one.id)} />
                ))}
              </ul>
              {notifications.length === perPage * pages && pages < 5 && (
                <p className="pager">
                  <Button isBusy={found.isPrevious} onClick={() => setPages(pages + 1)}>
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

/** What was new when it was first shown here stays marked as new, though it has been seen since. */
function useNews(list: readonly Notification[] | undefined): ReadonlySet<string> {
  const [news, setNews] = useState<ReadonlySet<string>>(new Set())
  const unknown = list?.filter(({ id, seen }) => !seen && !news.has(id)) ?? []
  if (unknown.length > 0) setNews(new Set([...news, ...unknown.map(({ id }) => id)]))
  return news
}

function Entry({ one, isNew }: { one: Notification; isNew: boolean }) {
  const { client, cache } = useApi()
  const { fail } = useToasts()
  const [isGoing, setGoing] = useState(false)

  async function remove(): Promise<void> {
    setGoing(true)
    try {
      await client.remove(`/notifications/${one.id}`)
      cache.invalidate('/notifications')
    } catch (thrown) {
      fail(thrown)
      setGoing(false)
    }
  }

  return (
    <li className={isNew ? 'note new' : 'note'} aria-busy={isGoing}>
      <span className="note-icon">
        <Icon name={iconOf(one.kind)} />
      </span>
      <div className="note-text">
        <p className="note-head">
          <b>{one.subject}</b>
          {isNew && <Badge tone="blue">New</Badge>}
          <small>{localMoment(one.createdAt)}</small>
        </p>
        <LongText text={one.body} />
      </div>
      <IconButton
        icon="trash"
        label={`Delete ${one.subject}`}
        disabled={isGoing}
        onClick={() => void remove()}
      />
    </li>
  )
}
