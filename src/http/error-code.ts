/** The variant `error-code` of wasi:http/types, which an answer may throw. */
const TAGS = [
  "DNS-timeout",
  "DNS-error",
  "destination-not-found",
  "destination-unavailable",
  "destination-IP-prohibited",
  "destination-IP-unroutable",
  "connection-refused",
  "connection-terminated",
  "connection-timeout",
  "connection-read-timeout",
  "connection-write-timeout",
  "connection-limit-reached",
  "TLS-protocol-error",
  "TLS-certificate-error",
  "TLS-alert-received",
  "HTTP-request-denied",
  "HTTP-request-length-required",
  "HTTP-request-body-size",
  "HTTP-request-method-invalid",
  "HTTP-request-URI-invalid",
  "HTTP-request-URI-too-long",
  "HTTP-request-header-section-size",
  "HTTP-request-header-size",
  "HTTP-request-trailer-section-size",
  "HTTP-request-trailer-size",
  "HTTP-response-incomplete",
  "HTTP-response-header-section-size",
  "HTTP-response-header-size",
  "HTTP-response-body-size",
  "HTTP-response-trailer-section-size",
  "HTTP-response-trailer-size",
  "HTTP-response-transfer-coding",
  "HTTP-response-content-coding",
  "HTTP-response-timeout",
  "HTTP-upgrade-failed",
  "HTTP-protocol-error",
  "loop-detected",
  "configuration-error",
  "internal-error",
] as const;

type Tag = (typeof TAGS)[number];

interface FieldSize {
  readonly fieldName?: string | undefined;
  readonly fieldSize?: number | undefined;
}

/** What belongs to a tag, where anything does. */
interface Payloads {
  readonly "DNS-error": { readonly rcode?: string | undefined; readonly infoCode?: number | undefined };
  readonly "TLS-alert-received": { readonly alertId?: number | undefined; readonly alertMessage?: string | undefined };
  readonly "HTTP-request-body-size": bigint | undefined;
  readonly "HTTP-request-header-section-size": number | undefined;
  readonly "HTTP-request-header-size": FieldSize | undefined;
  readonly "HTTP-request-trailer-section-size": number | undefined;
  readonly "HTTP-request-trailer-size": FieldSize;
  readonly "HTTP-response-header-section-size": number | undefined;
  readonly "HTTP-response-header-size": FieldSize;
  readonly "HTTP-response-body-size": bigint | undefined;
  readonly "HTTP-response-trailer-section-size": number | undefined;
  readonly "HTTP-response-trailer-size": FieldSize;
  readonly "HTTP-response-transfer-coding": string | undefined;
  readonly "HTTP-response-content-coding": string | undefined;
  readonly "internal-error": string | undefined;
}

type WithPayload<T extends Tag> = T extends keyof Payloads ? { readonly tag: T; readonly val: Payloads[T] } : { readonly tag: T };

/** Why there is no response: `{ tag: "DNS-timeout" }`, or `{ tag: "internal-error", val: "out of paper" }`. */
export type ErrorCode = { [T in Tag]: WithPayload<T> }[Tag];

/** The error code that was thrown, as it is or as the `payload` of an `Error`. */
export function errorCodeOf(thrown: unknown): ErrorCode | undefined {
  const code = thrown instanceof Error && "payload" in thrown ? thrown.payload : thrown;
  return isErrorCode(code) ? code : undefined;
}

function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === "object" && value !== null && "tag" in value && TAGS.some((tag) => tag === value.tag);
}
