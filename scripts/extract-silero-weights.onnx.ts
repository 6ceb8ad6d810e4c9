/** As much of protobuf and ONNX (onnx.proto3) as it takes to read a model's float tensors. */
type Field = readonly [number: number, value: bigint | Uint8Array];

function fields(bytes: Uint8Array): Field[] {
  const found: Field[] = [];
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++]!;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const slice = (length: number) => bytes.subarray(at, (at += length));
  while (at < bytes.length) {
    const tag = Number(varint());
    const wire = tag & 7;
    if (wire === 0) found.push([tag >> 3, varint()]);
    else if (wire === 1) found.push([tag >> 3, slice(8)]);
    else if (wire === 2) found.push([tag >> 3, slice(Number(varint()))]);
    else if (wire === 5) found.push([tag >> 3, slice(4)]);
    else throw new Error(`Not a protobuf message: wire type ${wire}`);
  }
  return found;
}

const messages = (of: readonly Field[], number: number) =>
  of.flatMap(([n, value]) => (n === number && typeof value !== 'bigint' ? [value] : []));

/** The float initialisers of a model by name. ModelProto: 7 graph; GraphProto: 5 initializer; TensorProto: below. */
export function readOnnxTensors(model: Uint8Array): ReadonlyMap<string, Float32Array> {
  const tensors = new Map<string, Float32Array>();
  for (const graph of messages(fields(model), 7)) {
    for (const initializer of messages(fields(graph), 5)) {
      const of = fields(initializer);
      // 2 data_type (1 = FLOAT), 8 name, 9 raw_data.
      const raw = messages(of, 9)[0];
      if (raw === undefined || !of.some(([n, value]) => n === 2 && value === 1n)) continue;
      tensors.set(
        new TextDecoder().decode(messages(of, 8)[0]),
        new Float32Array(Uint8Array.from(raw).buffer),
      );
    }
  }
  return tensors;
}
