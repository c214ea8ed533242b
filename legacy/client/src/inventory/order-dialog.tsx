import { useState } from 'react'
import { useNavigate } from 'react-router'
import { useApi, useGet } from '../api/context.tsx'
import type { Order, Supplier } from '../api/inventory.ts'
import { Button, IconButton } from '../ui/button.tsx'
import { Combobox } from '../ui/combobox.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { SelectField, TextField } from '../ui/fields.tsx'
import { Form, FormEnd } from '../ui/form.tsx'
import { useToasts } from '../ui/toasts.tsx'
import type { Values } from '../ui/values.ts'
import { useItemSearch } from './item-search.ts'
import { orderIn } from './order-changes.ts'

interface OrderDialogProps {
  /** Missing for a new one; otherwise a draft. */
  readonly order?: Order
  readonly onClose: () => void
}

export function OrderDialog({ order, onClose }: OrderDialogProps) {
  const { client, cache } = useApi()
  const { tell } = useToasts()
  const navigate = useNavigate()
  const suppliers = useGet<readonly Supplier[]>('/suppliers').value ?? []
  const [keys, setKeys] = useState(() => order?.lines.map((_, key) => key) ?? [0])

  async function save(values: Values): Promise<void> {
    const said = orderIn(values, keys)
    const saved = order
      ? await client.put<Order>(`/purchase-orders/${order.id}`, said)
      : await client.post<Order>('/purchase-orders', said)
    cache.invalidate('/purchase-orders')
    tell(order ? `Order ${saved.id} is saved.` : `Order ${saved.id} is a draft now.`)
    onClose()
    await navigate(`/inventory/orders/${saved.id}`)
  }

  return (
    <Dialog title={order ? `Edit order ${order.id}` : 'New order'} onClose={onClose}>
      <Form label={order ? 'Edit order' : 'New order'} submit={save}>
        <SelectField
          // Once there are any, the one that is chosen can be chosen.
          key={suppliers.length}
          name="supplierId"
          label="Supplier"
          required
          options={suppliers.map(({ id, name }) => ({ value: id, text: name }))}
          defaultValue={order?.supplierId}
        />
        <div className="order-lines">
          {keys.map((key, index) => (
            <LineFields
              key={key}
              id={key}
              number={index + 1}
              line={order?.lines[key]}
              onRemove={() => setKeys(keys.filter((one) => one !== key))}
            />
          ))}
          <Button
            size="small"
            look="quiet"
            icon="plus"
            onClick={() => setKeys([...keys, 1 + Math.max(-1, ...keys)])}
          >
            Add line
          </Button>
        </div>
        <FormEnd onCancel={onClose}>{order ? 'Save' : 'Save draft'}</FormEnd>
      </Form>
    </Dialog>
  )
}

interface LineFieldsProps {
  readonly id: number
  readonly number: number
  readonly line: Order['lines'][number] | undefined
  readonly onRemove: () => void
}

function LineFields({ id, number, line, onRemove }: LineFieldsProps) {
  const search = useItemSearch()
  return (
    <fieldset className="order-line">
      <legend className="unseen">Line {number}</legend>
      <Combobox
        name={`itemId-${id}`}
        label="Item"
        placeholder="Name or SKU …"
        chosen={line && { id: String(line.itemId), text: line.itemName }}
        search={search}
      />
      <TextField
        name={`quantity-${id}`}
        label="Quantity"
        required
        inputMode="decimal"
        defaultValue={line && String(Number(line.quantity))}
      />
      <TextField
        name={`unitCost-${id}`}
        label="Cost of one"
        required
        inputMode="decimal"
        defaultValue={line && String(Number(line.unitCost))}
      />
      <IconButton icon="close" label={`Remove line ${number}`} onClick={onRemove} />
    </fieldset>
  )
}
