// Package storagetest gives tests of exporters a real file storage, so that a queue outlives its exporter.
package storagetest

import (
	"context"
	"testing"

	"github.com/open-telemetry/opentelemetry-collector-contrib/extension/storage/filestorage"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/extension/extensiontest"
)

// ID is what a queue names as its storage.
var ID = component.MustNewID("file_storage")

type host struct {
	extensions map[component.ID]component.Component
}

func (h host) GetExtensions() map[component.ID]component.Component { return h.extensions }

// Open gives a host that has the storage in this directory, and what closes it.
func Open(t *testing.T, directory string) (component.Host, func()) {
	t.Helper()
	factory := filestorage.NewFactory()
	config := factory.CreateDefaultConfig().(*filestorage.Config)
	config.Directory = directory
	extension, err := factory.Create(context.Background(), extensiontest.NewNopSettings(factory.Type()), config)
	require.NoError(t, err)
	require.NoError(t, extension.Start(context.Background(), componenttest.NewNopHost()))
	return host{map[component.ID]component.Component{ID: extension}}, func() {
		require.NoError(t, extension.Shutdown(context.Background()))
	}
}
