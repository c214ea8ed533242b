import type { Part } from '@strangler/local'
import type { Image } from './image.ts'
import type { Service } from './project.ts'

/** A service of the file on this machine: addresses in the place of names, folders in the place of volumes. */
export interface Placed {
  readonly name: string
  readonly address: string
  readonly service: Service
  /** What the file says to run; empty where that is left to the image. */
  readonly command: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  /** The folders that stand for its volumes, by where they are mounted. */
  readonly volumes: Readonly<Record<string, string>>
  /** A folder of its own, for what is in no volume. */
  readonly folder: string
  readonly logFile: string
  /** Of an image that the Dockerfile builds. */
  readonly image?: Image
  /** Asks as its healthcheck does. */
  isHealthy(): Promise<boolean>
  /** Closes with the whole. */
  readonly opened: AsyncDisposableStack
}

/** How the programs of an image run on this machine, without the image. */
export interface Runner {
  /** The service itself. It counts as started at once: whether it is ready, its healthcheck says. */
  part(placed: Placed): Promise<Part>
  /** What runs in the place of a program that its healthcheck names, where that is not on every machine. */
  programs?(name: string): Promise<readonly string[] | undefined>
}

/** For a part that is waited for elsewhere. */
export const isStarted = async () => true
