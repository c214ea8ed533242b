import { useEffect, useEffectEvent } from 'react'
import { useNavigate } from 'react-router'
import { useApi, useSession } from '../api/context.tsx'
import type { Notification } from '../api/notifications.ts'
import { useToasts } from '../ui/toasts.tsx'

/** Shows what comes in while somebody is signed in, wherever in the application they are. */
export function useLiveInbox(): void {
  const { live, cache } = useApi()
  const { status } = useSession()
  const { tell } = useToasts()
  const navigate = useNavigate()
  const catchUp = useEffectEvent(() => cache.invalidate('/notifications/unseen'))
  const hear = useEffectEvent(({ subject }: Notification) => {
    catchUp()
    tell(subject, { text: 'Inbox', run: () => void navigate('/inbox') })
  })
  useEffect(() => {
    if (status === 'in') return live.listen({ hear, catchUp })
    return undefined
  }, [live, status])
}
