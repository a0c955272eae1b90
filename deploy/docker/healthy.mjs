// HEALTHCHECK of the image: is the process of this container alive? A process of one stage answers on its observe port; `start`
// and the commands that have none are asked on the port of the pages. Not /readyz: a broker that is away is cured by no restart.
const ports = [process.env.YUJING_OBSERVE_PORT || 9464, process.env.YUJING_PORT || 8110];

for (const port of ports) {
  const answer = await fetch(`http://127.0.0.1:${port}/livez`, { signal: AbortSignal.timeout(4_000) }).catch(
    (error) => error,
  );
  if (answer instanceof Response) process.exit(answer.ok ? 0 : 1);
  if (answer.cause?.code !== 'ECONNREFUSED') break;
}
process.exit(1);
