/**
 * Takes the secrets out of an ended span, in all that is sent of it: its name, its status, the attributes of it, of its
 * events and of its links, and what others' tracing systems have passed on with the request (`tracestate`).
 *
 * Gives another span, and never changes the one it is given: access lines and slow queries are read off that. The limits
 * of a record (see `limits.ts`) are those of a span with all its events and links.
 */
import type { Attributes, Link, SpanContext, SpanStatus } from '@opentelemetry/api';
import type { ReadableSpan, TimedEvent } from '@opentelemetry/sdk-trace';

import { asJson } from './json.ts';
import { redactedValuesAttribute } from './redaction-processor.ts';
import type { ValueRedaction } from './value-redaction.ts';

/** Never throws: what cannot be searched is not shown. */
export function redactSpan(span: ReadableSpan, redaction: ValueRedaction): ReadableSpan {
  redaction.begin();
  try {
    const shown = shownOf(span, redaction);
    return copyOf(span, { ...shown, attributes: counted(shown.attributes, redaction.count) });
  } catch {
    return copyOf(span, withheld(span));
  }
}

/** What a span says in words of the application's or of its clients. */
type Shown = Pick<ReadableSpan, 'name' | 'spanContext' | 'status' | 'attributes' | 'events' | 'links'>;

function shownOf(span: ReadableSpan, redaction: ValueRedaction): Shown {
  const context = redactContext(span.spanContext(), redaction);
  return {
    name: redactText(span.name, redaction),
    spanContext: () => context,
    status: redactStatus(span.status, redaction),
    attributes: redactAttributes(span.attributes, redaction),
    events: span.events.map((event) => redactEvent(event, redaction)),
    links: span.links.map((link) => redactLink(link, redaction)),
  };
}

function redactStatus(status: SpanStatus, redaction: ValueRedaction): SpanStatus {
  return status.message === undefined ? status : { ...status, message: redactText(status.message, redaction) };
}

function redactEvent(event: TimedEvent, redaction: ValueRedaction): TimedEvent {
  const name = redactText(event.name, redaction);
  const { attributes } = event;
  return { ...event, name, ...(attributes && { attributes: redactAttributes(attributes, redaction) }) };
}

function redactLink(link: Link, redaction: ValueRedaction): Link {
  const context = redactContext(link.context, redaction);
  const { attributes } = link;
  return { ...link, context, ...(attributes && { attributes: redactAttributes(attributes, redaction) }) };
}

/**
 * A list with marks in it would not be a valid one; who finds a part missing may take none of it.
 *
 * @see https://www.w3.org/TR/trace-context/#tracestate-header
 */
function redactContext(context: SpanContext, redaction: ValueRedaction): SpanContext {
  const { traceState, ...others } = context;
  const text = traceState?.serialize() ?? '';
  return redaction.text(text) === text ? context : others;
}

function redactAttributes(attributes: Attributes, redaction: ValueRedaction): Attributes {
  return redaction.members(attributes, 0) as Attributes;
}

/** The SDK lets names through that are no texts. */
function redactText(text: string, redaction: ValueRedaction): string {
  return redaction.value(typeof text === 'string' ? text : asJson(text), 0) as string;
}

function counted(attributes: Attributes, count: number): Attributes {
  return count === 0 ? attributes : { ...attributes, [redactedValuesAttribute]: count };
}

/** The ids stay: a trace with a hole in it would look like another one. */
function withheld(span: ReadableSpan): Shown {
  const { traceState: _, ...context } = span.spanContext();
  const name = 'a span could not be searched for secrets, and is not shown';
  return {
    name,
    spanContext: () => context,
    status: { code: span.status.code },
    attributes: {},
    events: [],
    links: [],
  };
}

/** One by one, as half of a span's members are its prototype's. */
function copyOf(span: ReadableSpan, shown: Shown): ReadableSpan {
  return {
    ...shown,
    kind: span.kind,
    startTime: span.startTime,
    endTime: span.endTime,
    duration: span.duration,
    ended: span.ended,
    resource: span.resource,
    instrumentationScope: span.instrumentationScope,
    droppedAttributesCount: span.droppedAttributesCount,
    droppedEventsCount: span.droppedEventsCount,
    droppedLinksCount: span.droppedLinksCount,
    ...(span.parentSpanContext && { parentSpanContext: span.parentSpanContext }),
  };
}
