import type { ComponentProps } from 'react'
import { Link, type LinkProps } from 'react-router'
import { Icon, type IconName } from './icon.tsx'

interface Look {
  readonly look?: 'primary' | 'plain' | 'quiet' | 'danger'
  readonly size?: 'medium' | 'small'
  readonly icon?: IconName
}

const classOf = ({ look = 'plain', size = 'medium' }: Look) => `button ${look} ${size}`

interface ButtonProps extends Look, ComponentProps<'button'> {
  /** Shows that it is at work and ignores clicks; it keeps the focus. */
  readonly isBusy?: boolean
}

export function Button({ look, size, icon, isBusy = false, children, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      {...(isBusy ? { 'aria-disabled': true, onClick: (event) => event.preventDefault() } : {})}
      className={classOf({ ...(look && { look }), ...(size && { size }) })}
    >
      {isBusy ? <span className="spinner" /> : icon && <Icon name={icon} size={18} />}
      {children}
    </button>
  )
}

interface IconButtonProps extends ComponentProps<'button'> {
  readonly icon: IconName
  readonly label: string
  readonly look?: 'quiet' | 'danger'
}

export function IconButton({ icon, label, look = 'quiet', ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={`icon-button ${look}`}
      aria-label={label}
      title={label}
    >
      <Icon name={icon} />
    </button>
  )
}

export function ButtonLink({ look, size, icon, children, ...rest }: Look & LinkProps) {
  return (
    <Link {...rest} className={classOf({ ...(look && { look }), ...(size && { size }) })}>
      {icon && <Icon name={icon} size={18} />}
      {children}
    </Link>
  )
}
