// A VoxEngine scenario for HALO (docs/telephony-provider.md, «Voximplant»). HALO starts it with StartScenarios; the order is
// its custom data: {call_id, phone, audio_url, events_url, ring_timeout_sec}. Not tried with a live account.
require(Modules.Player);

const EVENT_SECRET = 'event_secret of TELEPHONY_CONFIG';
const CALLER_ID = 'a number of yours at Voximplant';
/** By the SIP code of CallEvents.Failed. */
const EVENTS = { 486: 'busy', 603: 'busy', 480: 'no_answer', 408: 'no_answer', 487: 'no_answer' };

VoxEngine.addEventListener(AppEvents.Started, () => {
  const order = JSON.parse(VoxEngine.customData());
  const say = (event, reason = null) =>
    Net.httpRequestAsync(order.events_url, {
      method: 'POST',
      headers: ['Content-Type: application/json', `X-Telephony-Secret: ${EVENT_SECRET}`],
      postData: JSON.stringify({
        call_id: order.call_id,
        event,
        timestamp: new Date().toISOString(),
        reason,
      }),
    });

  const call = VoxEngine.callPSTN(order.phone, CALLER_ID);
  const patience = setTimeout(() => call.hangup(), order.ring_timeout_sec * 1000);
  call.addEventListener(CallEvents.Ringing, () => say('ringing'));
  call.addEventListener(CallEvents.Connected, () => {
    clearTimeout(patience);
    const socket = VoxEngine.createWebSocket(order.audio_url);
    socket.addEventListener(WebSocketEvents.OPEN, () => {
      call.sendMediaTo(socket, { encoding: WebSocketAudioEncoding.ULAW });
      socket.sendMediaTo(call, { encoding: WebSocketAudioEncoding.ULAW });
      say('answered');
    });
    // {"type":"hangup"} comes before HALO closes the connection.
    socket.addEventListener(WebSocketEvents.CLOSE, () => call.hangup());
    socket.addEventListener(WebSocketEvents.ERROR, () => call.hangup());
  });
  const end = (event, reason) => say(event, reason).then(VoxEngine.terminate, VoxEngine.terminate);
  call.addEventListener(CallEvents.Disconnected, () => end('hangup'));
  call.addEventListener(CallEvents.Failed, ({ code, reason }) =>
    end(EVENTS[code] || 'error', `${code} ${reason}`),
  );
});
