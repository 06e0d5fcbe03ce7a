package elasticsearchbulkexporter

import (
	"context"
	"strings"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.uber.org/zap"

	"sentrikat.local/collector/sparselog"
)

// telemetry says what became of documents, and never what is in them.
type telemetry struct {
	documents metric.Int64Counter
	labels    map[outcome]metric.MeasurementOption
	logger    *zap.Logger
}

func newTelemetry(settings component.TelemetrySettings) (*telemetry, error) {
	documents, err := settings.MeterProvider.Meter("sentrikat.local/collector/elasticsearchbulkexporter").Int64Counter(
		"sentrikat_elasticsearch_documents",
		metric.WithDescription("Documents by what became of them: indexed, duplicate (it was there), retried (in an attempt), rejected (stored as text), lost."),
		metric.WithUnit("{document}"),
	)
	if err != nil {
		return nil, err
	}
	labels := map[outcome]metric.MeasurementOption{}
	for _, each := range []outcome{outcomeIndexed, outcomeDuplicate, outcomeRetried, outcomeRejected, outcomeLost} {
		labels[each] = metric.WithAttributeSet(attribute.NewSet(attribute.String("outcome", string(each))))
		// A series that begins with its first incident shows no increase.
		documents.Add(context.Background(), 0, labels[each])
	}
	return &telemetry{
		documents: documents,
		labels:    labels,
		// One mistake of a sender can be in every document.
		logger: sparselog.OncePerMinute(settings.Logger),
	}, nil
}

func (t *telemetry) count(ctx context.Context, what outcome, documents int) {
	t.documents.Add(ctx, int64(documents), t.labels[what])
}

func (t *telemetry) rejected(ctx context.Context, each *document) {
	t.count(ctx, outcomeRejected, 1)
	t.logger.Warn("Elasticsearch has refused a document for good; it is stored as text", t.fields(each, *each.rejection)...)
}

func (t *telemetry) lost(ctx context.Context, each *document, why rejection) {
	t.count(ctx, outcomeLost, 1)
	t.logger.Error("A document can be stored nowhere and is lost", t.fields(each, why)...)
}

func (t *telemetry) fields(each *document, why rejection) []zap.Field {
	// Elasticsearch shows the beginning of a value that it could not take, which may be a secret.
	reason := why.reason
	for _, quotation := range [...]string{"Preview of field's value", "The prefix of the first immense term"} {
		reason, _, _ = strings.Cut(reason, quotation)
	}
	return []zap.Field{zap.String("index", each.index), zap.String("id", each.id), zap.String("type", why.reasonType), zap.String("reason", reason)}
}
