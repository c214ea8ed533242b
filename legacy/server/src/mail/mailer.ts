import nodemailer from 'nodemailer'
import type { Log } from '../log.ts'

export interface Mail {
  readonly to: string
  readonly subject: string
  readonly text: string
}

export interface Mailer {
  /** @returns whether the mail server took it; one that did not is logged, and the mail is lost */
  send(mail: Mail): Promise<boolean>
  close(): void
}

export interface MailerOptions {
  /** Like smtp://user:password@mail.example.test:587; without one, mail is off. */
  readonly url: string | undefined
  readonly from: string
  readonly log: Log
}

const patienceMs = 10_000

export function createMailer({ url, from, log }: MailerOptions): Mailer {
  if (url === undefined) {
    return {
      async send({ subject }) {
        log.info('mail is off: SMTP_URL is not set', { subject })
        return false
      },
      close() {},
    }
  }
  const transport = nodemailer.createTransport({
    url,
    pool: true,
    connectionTimeout: patienceMs,
    greetingTimeout: patienceMs,
    socketTimeout: patienceMs,
  })
  return {
    async send({ to, subject, text }) {
      try {
        await transport.sendMail({ from, to, subject, text })
        return true
      } catch (error) {
        log.error('mail was not sent', error, { subject })
        return false
      }
    },
    close: () => transport.close(),
  }
}
