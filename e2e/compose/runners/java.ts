import { join } from 'node:path'
import { fetchPiece, type Piece } from '@strangler/local'

/** Kafka's jars, which both images hold. */
export const kafkaJars = () => pieceFiles('kafka')

/** The folder of the files of a piece, which Maven fetches first if need be. */
export async function pieceFiles(piece: Piece): Promise<string> {
  return join(await fetchPiece(piece, console.log), 'files')
}

/** How Java runs a class of Kafka's, with the options that an image takes from the environment. */
export function javaArguments(jars: string, heap: string | undefined): string[] {
  const quiet = '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn'
  return [...(heap ?? '').split(' ').filter(Boolean), quiet, '-cp', join(jars, '*')]
}
