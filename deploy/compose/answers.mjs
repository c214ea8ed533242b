// Ends with 0 when a server answers there with success: `node answers.mjs URL`.
const [url] = process.argv.slice(2)
const response = await fetch(url, { signal: AbortSignal.timeout(4000) }).catch((error) => error)
if (!response.ok) {
  console.error(`${url}: ${response.status ?? response.cause?.message ?? response.message}`)
  process.exitCode = 1
}
