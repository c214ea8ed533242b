import { useNavigate } from 'react-router'
import { useApi } from '../api/context.tsx'
import type { Item } from '../api/inventory.ts'
import { changed, kept, linesOf } from '../patients/pet-changes.ts'
import { ConfirmDialog, Dialog } from '../ui/dialog.tsx'
import { SelectField, TextArea, TextField } from '../ui/fields.tsx'
import { Form, FormEnd } from '../ui/form.tsx'
import { useToasts } from '../ui/toasts.tsx'
import type { Values } from '../ui/values.ts'
import { kindNames, quantity } from './words.ts'

interface ItemDialogProps {
  /** Missing for a new one. */
  readonly item?: Item
  readonly onClose: () => void
}

export function ItemDialog({ item, onClose }: ItemDialogProps) {
  const { client, cache } = useApi()
  const { tell } = useToasts()

  async function save(values: Values): Promise<void> {
    const said = itemIn(values, item)
    const before = item && { ...item, reorderAt: quantityText(item.reorderAt) }
    if (before) await client.patch(`/inventory/${before.id}`, changed(said, before))
    else await client.post('/inventory', said)
    cache.invalidate('/inventory')
    tell(`${said.name} is saved.`)
    onClose()
  }

  return (
    <Dialog title={item ? `Edit ${item.name}` : 'New item'} onClose={onClose}>
      <Form label={item ? 'Edit item' : 'New item'} submit={save}>
        <div className="columns">
          <TextField
            name="name"
            label="Name"
            required
            isWide
            maxLength={200}
            defaultValue={item?.name}
          />
          <TextField name="sku" label="SKU" required maxLength={40} defaultValue={item?.sku} />
          <TextField
            name="unit"
            label="Unit"
            required
            maxLength={20}
            placeholder="tablet, ml, …"
            defaultValue={item?.unit}
          />
          <TextField
            name="price"
            label="Price of one"
            required
            inputMode="decimal"
            defaultValue={item?.price}
          />
          <TextField
            name="reorderAt"
            label="Reorder at"
            inputMode="decimal"
            hint="With this much or less it counts as low."
            defaultValue={item ? quantityText(item.reorderAt) : '0'}
          />
          <TextArea
            name="tags"
            label="Tags"
            hint="One a line."
            defaultValue={item?.tags.join('\n')}
          />
        </div>
        <FormEnd onCancel={onClose}>{item ? 'Save' : 'Add item'}</FormEnd>
      </Form>
    </Dialog>
  )
}

/** As one would type it. */
const quantityText = (amount: string) => String(Number(amount))

function itemIn(values: Values, item: Item | undefined) {
  return {
    sku: kept(values.raw('sku'), item?.sku),
    name: kept(values.raw('name'), item?.name),
    unit: kept(values.raw('unit'), item?.unit),
    reorderAt: values.text('reorderAt').replace(',', '.') || '0',
    price: values.text('price').replace(',', '.'),
    tags: linesOf(values.raw('tags'), item?.tags ?? []),
  }
}

interface OneProps {
  readonly item: Item
  readonly onClose: () => void
}

const reasons = [
  { value: 'used', text: `${kindNames.used}: taken out`, sign: '-' },
  { value: 'expired', text: `${kindNames.expired}: thrown away`, sign: '-' },
  { value: 'adjusted', text: `${kindNames.adjusted}: counted more`, sign: '' },
  { value: 'less', text: `${kindNames.adjusted}: counted less`, sign: '-' },
] as const

/** What goes in or out without an order or a visit. */
export function AdjustDialog({ item, onClose }: OneProps) {
  const { client, cache } = useApi()
  const { tell } = useToasts()

  async function adjust(values: Values): Promise<void> {
    const reason = reasons.find(({ value }) => value === values.raw('reason'))!
    await client.post(`/inventory/${item.id}/adjustments`, {
      quantity: `${reason.sign}${values.text('quantity').replace(',', '.')}`,
      kind: reason.value === 'less' ? 'adjusted' : reason.value,
      note: values.optional('note'),
    })
    cache.invalidate('/inventory')
    tell(`The stock of ${item.name} is adjusted.`)
    onClose()
  }

  return (
    <Dialog title={`Adjust ${item.name}`} width="narrow" onClose={onClose}>
      <Form label="Adjust stock" submit={adjust}>
        <TextField
          name="quantity"
          label={`How much (${item.unit})`}
          required
          inputMode="decimal"
          pattern="\d{1,6}([.,]\d{1,3})?"
          hint={`There are ${quantity(item.onHand)} on hand.`}
        />
        <SelectField name="reason" label="Why" options={reasons} />
        <TextArea name="note" label="Note" maxLength={500} />
        <FormEnd onCancel={onClose}>Adjust</FormEnd>
      </Form>
    </Dialog>
  )
}

export function DropItemDialog({ item, onClose }: OneProps) {
  const { client, cache } = useApi()
  const { tell } = useToasts()
  const navigate = useNavigate()
  return (
    <ConfirmDialog
      title={`Stop keeping ${item.name}?`}
      action="Stop keeping it"
      onClose={onClose}
      confirm={async () => {
        await client.remove(`/inventory/${item.id}`)
        await navigate('/inventory/items')
        cache.invalidate('/inventory?')
        tell(`${item.name} is no longer kept.`)
      }}
    >
      It disappears from the lists; what was used of it stays in the reports. First its stock must
      be gone.
    </ConfirmDialog>
  )
}
