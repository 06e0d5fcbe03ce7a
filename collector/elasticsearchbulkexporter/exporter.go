package elasticsearchbulkexporter

import (
	"context"
	"errors"
	"fmt"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/pdata/plog"

	"sentrikat.local/collector/delivery"
	"sentrikat.local/collector/logrecords"
)

// bulkExporter is the thin shell between the helper of the collector and the client.
type bulkExporter struct {
	config    *Config
	settings  exporter.Settings
	telemetry *telemetry
	attempts  delivery.Attempts
	client    *client
}

func newBulkExporter(config *Config, settings exporter.Settings) (*bulkExporter, error) {
	telemetry, err := newTelemetry(settings.TelemetrySettings)
	if err != nil {
		return nil, err
	}
	return &bulkExporter{config: config, settings: settings, telemetry: telemetry, attempts: delivery.NewAttempts()}, nil
}

func (e *bulkExporter) start(ctx context.Context, host component.Host) error {
	http, err := e.config.HTTP.ToClient(ctx, host.GetExtensions(), e.settings.TelemetrySettings)
	if err != nil {
		return err
	}
	e.client = &client{config: e.config, http: http}
	return nil
}

func (e *bulkExporter) shutdown(context.Context) error {
	if e.client != nil {
		e.client.http.CloseIdleConnections()
	}
	return nil
}

// pushLogs fails with exactly the records that have to be sent again.
func (e *bulkExporter) pushLogs(ctx context.Context, logs plog.Logs) error {
	documents := e.documentsOf(ctx, logs)
	if len(documents) == 0 {
		return nil
	}
	ctx, release := e.attempts.Attempt(ctx)
	defer release()
	failed, err := e.send(ctx, documents)
	if len(failed) < len(documents) {
		e.attempts.Taken()
	}
	if len(failed) == 0 {
		return nil
	}
	// The reason that the attempt was ended is a better one than how it noticed.
	if cause := context.Cause(ctx); cause != nil {
		err = errors.Join(cause, err)
	}
	if err == nil {
		err = fmt.Errorf("Elasticsearch does not take %d of %d documents yet", len(failed), len(documents))
	}
	e.telemetry.count(ctx, outcomeRetried, len(failed))
	return consumererror.NewLogs(err, logsOf(failed))
}

// documentsOf leaves out, and says so, what no document can be made of; there is nothing to store of it.
func (e *bulkExporter) documentsOf(ctx context.Context, logs plog.Logs) []*document {
	documents := make([]*document, 0, logs.LogRecordCount())
	for record := range logrecords.All(logs) {
		if each, problem := newDocument(record); problem == "" {
			documents = append(documents, each)
		} else {
			e.telemetry.lost(ctx, &document{}, rejection{reasonType: "not_a_document", reason: problem})
		}
	}
	return documents
}

// send gives those that have to be sent again, and why, where it was one reason for all.
func (e *bulkExporter) send(ctx context.Context, documents []*document) (failed []*document, err error) {
	if len(documents) == 0 {
		return nil, nil
	}
	size := 0
	for _, each := range documents {
		size += len(each.source) + len(each.index) + len(each.id) + 64
	}
	body := make([]byte, 0, size)
	for _, each := range documents {
		body = each.appendLines(body)
	}
	items, err := e.client.bulk(ctx, body, len(documents))
	var part *indivisible
	switch {
	case errors.As(err, &part):
		return e.sendSmaller(ctx, documents, part.rejection)
	case err != nil:
		return documents, err
	}
	var texts []*document
	for index, each := range items {
		what := statusOutcome(each.Status, each.errorType())
		switch what {
		case outcomeRetried:
			failed = append(failed, documents[index])
			err = fmt.Errorf("Elasticsearch does not take %q yet: %s: %.300s", documents[index].index, each.rejection().reasonType, each.rejection().reason)
		case outcomeRejected:
			if text := e.rejected(ctx, documents[index], each.rejection()); text != nil {
				texts = append(texts, text)
			}
		default:
			e.stored(ctx, documents[index], what)
		}
	}
	// What is rejected goes in the same attempt: its own records are sent again if its text cannot be stored now.
	failedTexts, textErr := e.send(ctx, texts)
	return append(failed, failedTexts...), errors.Join(err, textErr)
}

// sendSmaller halves the request, down to a single document.
func (e *bulkExporter) sendSmaller(ctx context.Context, documents []*document, why rejection) ([]*document, error) {
	if len(documents) == 1 {
		text := e.rejected(ctx, documents[0], why)
		if text == nil {
			return nil, nil
		}
		return e.send(ctx, []*document{text})
	}
	half := len(documents) / 2
	failed, err := e.send(ctx, documents[:half])
	failedToo, errToo := e.send(ctx, documents[half:])
	return append(failed, failedToo...), errors.Join(err, errToo)
}

// rejected gives the text of a document that was refused for good; nil where there is nothing left to be done.
func (e *bulkExporter) rejected(ctx context.Context, each *document, why rejection) *document {
	if e.config.RejectedIndex == "" || each.rejection != nil {
		e.telemetry.lost(ctx, each, why)
		return nil
	}
	return each.rejected(e.config.RejectedIndex, why)
}

func (e *bulkExporter) stored(ctx context.Context, each *document, what outcome) {
	if each.rejection != nil {
		e.telemetry.rejected(ctx, each)
		return
	}
	e.telemetry.count(ctx, what, 1)
}

// logsOf puts records together again; of their resource and scope nothing is sent.
func logsOf(documents []*document) plog.Logs {
	logs := plog.NewLogs()
	all := logs.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords()
	all.EnsureCapacity(len(documents))
	for _, each := range documents {
		each.record.CopyTo(all.AppendEmpty())
	}
	return logs
}
