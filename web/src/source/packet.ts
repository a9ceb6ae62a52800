// A packet: one JSON message with typed arrays behind it. The format stands in spec/messages.md; the
// Python twin is src/vectarium/explore/packet.py, and both read the golden files in spec/golden/.

export type TypedArray = Uint8Array | Int32Array | Uint32Array | Float32Array | Float64Array;

export interface Packet<Message> {
  message: Message;
  arrays: Record<string, TypedArray>;
}

interface ArrayOutline {
  name: string;
  dtype: string;
  shape: number[];
  offset: number;
}

type Constructor = { new (buffer: ArrayBuffer, offset: number, length: number): TypedArray; BYTES_PER_ELEMENT: number };

const CONSTRUCTORS: Record<string, Constructor> = {
  uint8: Uint8Array,
  int32: Int32Array,
  uint32: Uint32Array,
  float32: Float32Array,
  float64: Float64Array,
};

const MAGIC = "VPK1";

/** Read a packet; the arrays are views into the buffer. Throws when it promises more than it holds. */
export function decode<Message>(buffer: ArrayBuffer): Packet<Message> {
  if (buffer.byteLength < 8 || String.fromCharCode(...new Uint8Array(buffer, 0, 4)) !== MAGIC) {
    throw new Error("The server's answer is not a packet.");
  }
  const length = new DataView(buffer).getUint32(4, true);
  if (8 + length > buffer.byteLength) throw new Error("The server's answer ended before its head did.");
  const head = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, length)));
  const arrays: Record<string, TypedArray> = {};
  for (const outline of head.arrays as ArrayOutline[]) arrays[outline.name] = view(buffer, 8 + length, outline);
  return { message: head.message as Message, arrays };
}

/** Write a packet, as the body of a request. */
export function encode(message: object, arrays: Record<string, TypedArray> = {}): ArrayBuffer {
  let size = 0;
  const outlines: ArrayOutline[] = Object.entries(arrays).map(([name, array]) => {
    const outline = { name, dtype: dtypeOf(array), shape: [array.length], offset: size };
    size += Math.ceil(array.byteLength / 8) * 8;
    return outline;
  });
  const json = new TextEncoder().encode(JSON.stringify({ message, arrays: outlines }));
  const length = Math.ceil((8 + json.length) / 8) * 8 - 8;
  const bytes = new Uint8Array(8 + length + size).fill(0x20, 8, 8 + length);
  bytes.set(new TextEncoder().encode(MAGIC));
  new DataView(bytes.buffer).setUint32(4, length, true);
  bytes.set(json, 8);
  for (const outline of outlines) bytes.set(bytesOf(arrays[outline.name]!), 8 + length + outline.offset);
  return bytes.buffer;
}

function view(buffer: ArrayBuffer, start: number, outline: ArrayOutline): TypedArray {
  const constructor = CONSTRUCTORS[outline.dtype];
  const count = outline.shape.reduce((product, size) => product * size, 1);
  if (!constructor || start + outline.offset + count * constructor.BYTES_PER_ELEMENT > buffer.byteLength) {
    throw new Error(`The server's answer ended before its array "${outline.name}" did.`);
  }
  return new constructor(buffer, start + outline.offset, count);
}

function dtypeOf(array: TypedArray): string {
  const found = Object.entries(CONSTRUCTORS).find(([, constructor]) => array.constructor === constructor);
  if (!found) throw new Error("A packet holds uint8, int32, uint32, float32 and float64 only.");
  return found[0];
}

function bytesOf(array: TypedArray): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}
