import { useEffect } from 'react'
import { useRouteError } from 'react-router'
import { ButtonLink } from '../ui/button.tsx'
import { Empty } from '../ui/states.tsx'
import { useTitle } from '../ui/page.tsx'

export function NotFound() {
  useTitle('Not found')
  return (
    <Empty icon="search" title="There is no such page">
      <p>The address may be wrong, or the page has moved.</p>
      <ButtonLink to="/">Go to the start</ButtonLink>
    </Empty>
  )
}

export function NotAllowed() {
  useTitle('Not allowed')
  return (
    <Empty icon="person" title="This page is not for your role">
      <p>Ask an administrator of your clinic if you need it.</p>
      <ButtonLink to="/">Go to the start</ButtonLink>
    </Empty>
  )
}

/** A page threw while it was drawn. The others still work. */
export function Broken() {
  const error = useRouteError()
  useTitle('Something went wrong')
  useEffect(() => console.error(error), [error])
  return (
    <Empty icon="alert" title="This page broke">
      <p>That is our mistake. What you saved before is safe.</p>
      <ButtonLink to="/">Go to the start</ButtonLink>
    </Empty>
  )
}
