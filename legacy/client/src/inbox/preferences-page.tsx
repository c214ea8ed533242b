import { useState } from 'react'
import { useApi, useGet } from '../api/context.tsx'
import type { Channel, Preferences } from '../api/notifications.ts'
import { Page } from '../ui/page.tsx'
import { Empty, Loaded } from '../ui/states.tsx'
import { useToasts } from '../ui/toasts.tsx'
import { kindInWords } from './words.ts'

const channels: readonly { readonly key: Channel; readonly text: string }[] = [
  { key: 'in_app', text: 'In the inbox' },
  { key: 'email', text: 'By e-mail' },
]

/** Which of the things one is told come where. */
export function PreferencesPage() {
  const preferences = useGet<Preferences>('/notification-preferences')
  return (
    <Page title="Preferences" subtitle="What you want to be told, and where.">
      <Loaded what="preferences" from={preferences}>
        {(all) =>
          Object.keys(all).length === 0 ? (
            <Empty icon="bell" title="There is nothing to choose yet" />
          ) : (
            <section className="card" aria-label="Preferences">
              {Object.entries(all).map(([template, chosen]) => (
                <Choices key={template} template={template} chosen={chosen} />
              ))}
            </section>
          )
        }
      </Loaded>
    </Page>
  )
}

interface ChoicesProps {
  readonly template: string
  readonly chosen: readonly Channel[]
}

function Choices({ template, chosen }: ChoicesProps) {
  const { client, cache } = useApi()
  const { tell, fail } = useToasts()
  const [isSaving, setSaving] = useState(false)

  async function choose(channel: Channel, isWanted: boolean): Promise<void> {
    const others = chosen.filter((one) => one !== channel)
    setSaving(true)
    try {
      const said = { template, channels: isWanted ? [...others, channel] : others }
      const after = await client.put<Preferences>('/notification-preferences', said)
      cache.revise('/notification-preferences', () => after)
      tell(`${kindInWords(template)} is saved.`)
    } catch (thrown) {
      fail(thrown)
    } finally {
      setSaving(false)
    }
  }

  return (
    <fieldset className="choice-row" aria-busy={isSaving}>
      <legend>{kindInWords(template)}</legend>
      {channels.map(({ key, text }) => (
        <label key={key} className="check">
          <input
            type="checkbox"
            checked={chosen.includes(key)}
            disabled={isSaving}
            onChange={(event) => void choose(key, event.target.checked)}
          />
          <span>{text}</span>
        </label>
      ))}
    </fieldset>
  )
}
