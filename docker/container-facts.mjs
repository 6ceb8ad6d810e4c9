// Prints `export NAME='value'` lines for docker/entrypoint.sh: settings that depend on the addresses Docker gave us.
// Whatever is set already stays.
//
//   HALO_MEDIA_ADDRESS  our address on the network where CONTAINER_MEDIA_NAME is a name of ours
//   HALO_LOCAL_NETS     the container's own networks: everything else is reached through Docker's NAT
import { lookup } from 'node:dns/promises';
import { networkInterfaces } from 'node:os';

const env = process.env;
const given = (name) => (env[name] ?? '').trim() !== '';
const own = Object.values(networkInterfaces())
  .flat()
  .filter(({ family }) => family === 'IPv4');

/** `172.18.0.3/16` → `172.18.0.0/16`. */
function networkOf(cidr) {
  const [address, bits] = cidr.split('/');
  const number = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - Number(bits));
  const first = Math.floor(number / size) * size;
  return `${[24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256).join('.')}/${bits}`;
}

async function mediaAddress(name) {
  const named = await lookup(name, { family: 4, all: true }).catch((error) => {
    throw new Error(
      `имя ${name} не находится в сети compose (${error.code}): проверьте networks.voice.aliases`,
    );
  });
  const ours = named.find(({ address }) => own.some((one) => one.address === address));
  if (ours === undefined) throw new Error(`имя ${name} принадлежит другому контейнеру: ${named[0]?.address}`);
  return ours.address;
}

try {
  const facts = {};
  if (!given('HALO_MEDIA_ADDRESS') && given('CONTAINER_MEDIA_NAME')) {
    facts.HALO_MEDIA_ADDRESS = await mediaAddress(env.CONTAINER_MEDIA_NAME);
  }
  if (!given('HALO_LOCAL_NETS')) {
    const outward = own.filter(({ internal }) => !internal).map(({ cidr }) => networkOf(cidr));
    facts.HALO_LOCAL_NETS = [...new Set([...outward, '127.0.0.0/8'])].join(', ');
    if ((given('TRUNK_HOST') || given('HALO_TRUNKS_FILE')) && !given('HALO_EXTERNAL_ADDRESS')) {
      console.error(
        'halo: транк настроен, а HALO_EXTERNAL_ADDRESS нет: провайдер услышит адрес контейнера, и входящий звук может не дойти. ' +
          'Задайте в .env внешний адрес этой машины (docs/docker.md).',
      );
    }
  }
  for (const [name, value] of Object.entries(facts)) console.log(`export ${name}='${value}'`);
} catch (error) {
  console.error(`halo: ${error.message}`);
  process.exitCode = 1;
}
