import type { Page } from 'playwright-core'

/** Books the first free time there is, tomorrow or later, from the page of a pet. */
export async function book(page: Page, reason: string): Promise<void> {
  await page.getByRole('button', { name: 'Book appointment' }).click()
  const dialog = page.getByRole('dialog', { name: 'Book appointment' })
  const times = dialog.getByRole('group', { name: 'Free times' }).getByRole('radio')
  const nextDay = dialog.getByRole('button', { name: 'Next free day' })
  await times.first().or(nextDay).first().waitFor({ state: 'attached' })
  if (await nextDay.isVisible()) await nextDay.click()
  await times.first().check({ force: true })
  await dialog.getByLabel('Reason').fill(reason)
  await dialog.getByRole('button', { name: 'Book', exact: true }).click()
  await dialog.waitFor({ state: 'detached' })
}

/** Sends what was filled in; resolves when it is said to be saved. */
type Save = () => Promise<void>

/** Fills in another colour, on the page of a pet. */
export async function colour(page: Page, pet: string, word: string): Promise<Save> {
  await page.getByRole('button', { name: 'Edit', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: `Edit ${pet}` })
  await dialog.getByLabel('Colour').fill(word)
  return async () => {
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.waitFor({ state: 'detached' })
  }
}

/** Fills in a vaccination, on the page of a pet. */
export async function vaccinate(page: Page, vaccine: string): Promise<Save> {
  await page.getByRole('button', { name: 'Add vaccination' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add vaccination' })
  await dialog.getByLabel('Vaccine').fill(vaccine)
  return async () => {
    await dialog.getByRole('button', { name: 'Add vaccination' }).click()
    await dialog.waitFor({ state: 'detached' })
    await page.getByRole('table', { name: 'Vaccinations' }).getByText(vaccine).waitFor()
  }
}

/** Fills in a species, on the page of those that there are. */
export async function addSpecies(page: Page, code: string): Promise<Save> {
  await page.getByRole('button', { name: 'New species' }).click()
  const dialog = page.getByRole('dialog', { name: 'New species' })
  await dialog.getByLabel('Name').fill(`Newt ${code}`)
  await dialog.getByLabel('Code').fill(code)
  return async () => {
    await dialog.getByRole('button', { name: 'Add species' }).click()
    await dialog.waitFor({ state: 'detached' })
    await page.getByRole('table', { name: 'Species' }).getByText(`Newt ${code}`).waitFor()
  }
}

type Within = Pick<Page, 'getByLabel' | 'getByRole'>

export async function upload(
  page: Page,
  name: string,
  mimeType: string,
  buffer: Buffer,
): Promise<void> {
  await page.getByRole('button', { name: 'Upload file' }).click()
  const dialog = page.getByRole('dialog', { name: 'Upload file' })
  await dialog.getByLabel('File', { exact: true }).setInputFiles({ name, mimeType, buffer })
  await dialog.getByRole('button', { name: 'Upload' }).click()
  await dialog.waitFor({ state: 'detached' })
}

/** Where the focus goes with so many tabs: inside of the open dialog, or outside; the browser's own bar is neither. */
export async function tabThrough(page: Page, times: number): Promise<Set<string>> {
  const places = new Set<string>()
  for (let at = 0; at < times; at += 1) {
    await page.keyboard.press('Tab')
    const place = await page.evaluate<string>(
      "document.activeElement === document.body ? 'browser' : document.activeElement.closest('dialog') ? 'inside' : 'outside'",
    )
    if (place !== 'browser') places.add(place)
  }
  return places
}

/** Types into a box that offers what fits, and takes the first of it. */
export async function choose(within: Within, label: string, text: string): Promise<void> {
  await within.getByRole('combobox', { name: label }).fill(text)
  await within.getByRole('listbox').getByRole('option', { name: text }).first().click()
}

export async function step(page: Page, action: string, said: string): Promise<void> {
  await page.getByRole('button', { name: action, exact: true }).click()
  await page.getByRole('dialog').getByRole('button', { name: action, exact: true }).click()
  await page.getByText(said).last().waitFor()
}

export async function drag(
  page: Page,
  from: ReturnType<Page['getByRole']>,
  to: ReturnType<Page['locator']>,
): Promise<void> {
  const start = (await from.boundingBox())!
  const end = (await to.boundingBox())!
  await page.mouse.move(start.x + start.width / 2, start.y + 4)
  await page.mouse.down()
  await page.mouse.move(end.x + end.width / 2, end.y + 5, { steps: 8 })
  await page.mouse.up()
}
