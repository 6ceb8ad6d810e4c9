import { isIP } from 'node:net';
import type { TrunkCodec } from '../../engine/contract/trunk.ts';
import { dial, type Dialog } from './invite.ts';
import { isAboutCallee } from './diagnosis-status.ts';
import type { Finding } from './diagnosis.ts';
import { transportParameter } from './identity.ts';
import { isPrivate } from './networks.ts';
import type { StepReport } from './report.ts';
import { RtpProbe } from './rtp-probe.ts';
import { CODECS, parseSdp, sdpOffer, type SdpAudio } from './sdp.ts';
import { hostInUri, parseNameAddress, parseSipUri } from './sip-address.ts';
import { headerValues, type SipResponse } from './sip-message.ts';
import { findingOf, natIn, pause, report, type Session } from './step.ts';

/** One real call to `phone`: rings, is answered, is listened to, is hung up. Nothing is left ringing. */
export async function callStep(session: Session, phone: string): Promise<StepReport> {
  const { trunk, client, options, ports, identity } = session;
  const { local } = client.transport;
  const startedMs = ports.clock.now();
  const done = (
    status: StepReport['status'],
    detail: string,
    findings: readonly Finding[] = [],
  ): StepReport => report(trunk, 'call', status, ports.clock.now() - startedMs, detail, findings);
  const address = session.externalAddress ?? local.address;
  const probe = await RtpProbe.open(
    isIP(local.address) === 6 ? '::' : '0.0.0.0',
    options.rtpPorts,
    ports.clock,
  );
  try {
    const progress: { rang: boolean } = { rang: false };
    const findings: Finding[] = [];
    const note = (finding: Finding | undefined): void => {
      if (finding !== undefined && !findings.some(({ kind }) => kind === finding.kind))
        findings.push(finding);
    };
    const end = await dial(client, {
      uri: identity.calleeUri(phone),
      from: identity.accountUri,
      contact: `sip:${identity.contactUser}@${hostInUri(address)}:${local.port}${transportParameter(trunk.transport)}`,
      headers:
        identity.assertedUri === undefined
          ? []
          : [{ name: 'P-Asserted-Identity', value: `<${identity.assertedUri}>` }],
      sdp: sdpOffer({
        address,
        port: probe.port,
        codecs: trunk.codecs,
        sessionId: Math.floor(ports.clock.now()) + 1,
      }),
      credentials: session.credentials,
      ringTimeoutMs: options.ringTimeoutMs,
      signal: ports.signal,
      onProvisional: (response) => {
        session.heard = true;
        note(natIn(response, session));
        if (response.status === 100) return;
        if (response.status === 180 || response.status === 183) progress.rang = true;
        const after = Math.round(ports.clock.now() - startedMs);
        ports.tell(`SIP ${response.status} ${response.reason} через ${after} мс${earlyMedia(response)}`);
      },
    });
    switch (end.kind) {
      case 'cancelled':
        if (end.why === 'aborted') return done('fail', 'прервано; вызов отменён', findings);
        findings.push({ kind: 'no-answer', rang: progress.rang, afterMs: options.ringTimeoutMs });
        return done(progress.rang ? 'warn' : 'fail', 'вызов отменён (CANCEL)', findings);
      case 'failed': {
        if (end.outcome.kind === 'answer') note(natIn(end.outcome.response, session));
        note(findingOf(end.outcome, 'call', session.heard));
        if (end.outcome.kind !== 'answer') return done('fail', 'не вышло', findings);
        const { status } = end.outcome.response;
        return done(isAboutCallee(status) ? 'warn' : 'fail', `SIP ${status}`, findings);
      }
      case 'answered': {
        session.heard = true;
        note(natIn(end.response, session));
        const early = probe.packets();
        const heard = await listen(session, probe, early, address, end.response, end.dialog);
        for (const finding of heard.findings) note(finding);
        const only = findings.filter(({ kind }) => !MILD.includes(kind));
        const status = only.length > 0 ? 'fail' : findings.length > 0 ? 'warn' : 'ok';
        return done(status, `отвечен; ${heard.detail}`, findings);
      }
    }
  } finally {
    probe.close();
  }
}

/** Findings that do not make a call unusable by themselves. */
const MILD: readonly Finding['kind'][] = ['nat', 'rtp-elsewhere', 'private-contact'];

async function listen(
  session: Session,
  probe: RtpProbe,
  early: number,
  ourAddress: string,
  response: SipResponse,
  dialog: Dialog,
): Promise<{ detail: string; findings: readonly Finding[] }> {
  const { trunk, client, options } = session;
  const serverIsPublic = !isPrivate(client.transport.remote.address);
  const findings: Finding[] = [];
  const contact = parseSipUri(parseNameAddress(headerValues(response, 'Contact')[0] ?? '')?.uri ?? '')?.host;
  if (contact !== undefined && serverIsPublic && isPrivate(contact))
    findings.push({ kind: 'private-contact', address: contact });

  const audio = parseSdp(response.body);
  const codec = audio === undefined ? undefined : commonCodec(audio, trunk.codecs);
  const theirs = audio?.address === undefined ? undefined : { address: audio.address, port: audio.port };
  if (
    audio !== undefined &&
    theirs !== undefined &&
    codec !== undefined &&
    theirs.port > 0 &&
    isIP(theirs.address) !== 0
  )
    probe.sendSilence(theirs, codec);
  await pause(session.ports, options.listenMs, () => dialog.endedThere);

  const packets = probe.packets();
  if (audio === undefined) findings.push({ kind: 'no-sdp' });
  else if (codec === undefined)
    findings.push({ kind: 'no-common-codec', answered: audio.formats.map(({ name }) => name) });
  else if (audio.port === 0 || audio.direction === 'inactive' || audio.direction === 'recvonly')
    findings.push({ kind: 'media-refused', direction: audio.port === 0 ? 'порт 0' : audio.direction });
  else if (packets === 0) {
    const theirAddress = theirs?.address ?? '?';
    findings.push({
      kind: 'no-rtp',
      ours: `${ourAddress}:${probe.port}`,
      oursIsPrivate: serverIsPublic && isPrivate(ourAddress),
      theirs: `${theirAddress}:${audio.port}`,
      theirsIsPrivate: serverIsPublic && isPrivate(theirAddress),
    });
  } else {
    const main = probe.sources()[0]!;
    if (theirs !== undefined && main.address !== theirs.address)
      findings.push({
        kind: 'rtp-elsewhere',
        from: `${main.address}:${main.port}`,
        theirs: `${theirs.address}:${theirs.port}`,
      });
  }

  const hungUp = dialog.endedThere ? undefined : await dialog.hangUp();
  const bad = hungUp !== undefined && (hungUp.kind !== 'answer' || hungUp.response.status >= 300);
  // 481: the other side had hung up a moment before.
  if (bad && !(hungUp.kind === 'answer' && hungUp.response.status === 481))
    findings.push({
      kind: 'not-hung-up',
      why: hungUp.kind === 'answer' ? `SIP ${hungUp.response.status}` : 'на BYE нет ответа',
    });
  return { detail: heardWords(audio, codec, probe, early, options.listenMs), findings };
}

function heardWords(
  audio: SdpAudio | undefined,
  codec: TrunkCodec | undefined,
  probe: RtpProbe,
  early: number,
  listenMs: number,
): string {
  const codecWords = codec === undefined ? 'без общего кодека' : `кодек ${CODECS[codec].rtpmap}`;
  const [main] = probe.sources();
  const from = main === undefined ? '' : ` с ${main.address}:${main.port}`;
  const before = early === 0 ? '' : ` (и до ответа ${early})`;
  return `${audio === undefined ? 'без SDP' : codecWords}, за ${listenMs / 1000} с пакетов RTP ${probe.packets() - early}${before}${from}`;
}

function commonCodec(audio: SdpAudio, offered: readonly TrunkCodec[]): TrunkCodec | undefined {
  for (const { payloadType, name } of audio.formats) {
    const codec = offered.find(
      (one) => CODECS[one].payloadType === payloadType || CODECS[one].rtpmap === name.toUpperCase(),
    );
    if (codec !== undefined) return codec;
  }
  return undefined;
}

function earlyMedia(response: SipResponse): string {
  return parseSdp(response.body) === undefined ? '' : ', с ранним звуком';
}
