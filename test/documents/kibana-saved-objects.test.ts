/**
 * The dashboards of Kibana, without one: the file has the shape that Kibana exports, and shows nothing that is not there. That Kibana
 * takes it has to be tried by hand.
 */
import { globSync, readFileSync } from 'node:fs';

import { describe, expect, test } from 'vitest';

import { concerns } from '../../packages/file-exporter/src/concerns.ts';
import { fieldTypes, mappedFields } from './elasticsearch-fields.ts';
import { dashboards, type Panel } from './kibana-dashboards.ts';
import {
  arranged,
  defaultPrefix,
  kql,
  savedObjects,
  savedObjectsFile,
  type SavedObject,
} from './kibana-saved-objects.ts';

const objects = savedObjects();
const byType = (type: SavedObject['type']) => objects.filter((each) => each.type === type);
const panels = dashboards.flatMap((dashboard) => dashboard.panels.map((panel) => [dashboard.title, panel] as const));

const envelope = {
  id: expect.stringMatching(/^sentrikat-[a-z0-9-]+$/),
  coreMigrationVersion: expect.stringMatching(/^\d+\.\d+\.\d+$/),
  typeMigrationVersion: expect.stringMatching(/^\d+\.\d+\.\d+$/),
  managed: false,
};

test('a line of the file is an object, in the order in which one needs another', () => {
  const lines = savedObjectsFile().trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(objects);
  const known = new Set<string>();
  for (const { id, type, references } of objects) {
    for (const reference of references) expect(known).toContain(`${reference.type} ${reference.id}`);
    known.add(`${type} ${id}`);
  }
  expect(known.size).toBe(objects.length);
});

test('titles differ within a type, by which people find them', () => {
  for (const type of ['index-pattern', 'lens', 'search', 'dashboard'] as const) {
    const titles = byType(type).map(({ attributes }) => attributes['title']);
    expect(new Set(titles).size).toBe(titles.length);
    expect(titles.length).toBeGreaterThan(1);
  }
});

test('a data view names the data streams of the seven concerns, another what was refused', () => {
  const names = concerns.map(({ name }) => defaultPrefix + name).join(',');
  const views = byType('index-pattern').map(({ attributes }) => attributes['title']);
  expect(views).toEqual([names, `${defaultPrefix}rejected`]);
});

test('another prefix is put in by replacing the first one', () => {
  const other = savedObjectsFile().replaceAll(defaultPrefix, 'shop-');
  expect(other).not.toContain('sentrikat-');
  expect(other).toContain('"title":"shop-audit,shop-security,');
  expect(other).toContain('sentrikat.concern');
});

test.each(byType('lens'))('$attributes.title has the shape of a Lens visualisation', (object) => {
  expect(object).toEqual({
    ...envelope,
    type: 'lens',
    attributes: {
      title: expect.any(String),
      description: expect.any(String),
      visualizationType: expect.stringMatching(/^lns(XY|Metric|Datatable)$/),
      state: {
        visualization: expect.any(Object),
        query: { query: expect.any(String), language: 'kuery' },
        filters: [],
        datasourceStates: { formBased: { layers: expect.any(Object) }, textBased: { layers: {} } },
        internalReferences: [],
        adHocDataViews: {},
      },
    },
    references: [expect.objectContaining({ type: 'index-pattern' })],
  });
  const { visualization, datasourceStates } = object.attributes['state'] as LensState;
  const [[layerId, layer] = ['', undefined], ...others] = Object.entries(datasourceStates.formBased.layers);
  expect(others).toEqual([]);
  expect(object.references[0]?.name).toBe(`indexpattern-datasource-layer-${layerId}`);
  const columns = Object.entries(layer?.columns ?? {});
  expect(layer?.columnOrder).toEqual(columns.map(([id]) => id));
  expect(columns.map(([, { isBucketed }]) => isBucketed)).toEqual(
    columns.map(([, { isBucketed }]) => isBucketed).toSorted((one, other) => Number(other) - Number(one)),
  );
  // Whatever the visualisation names is a column or the layer, and each column is seen.
  const named = new Set(JSON.stringify(visualization).match(/"(?:time|measure|by)(?:-\d+)?"/g));
  expect([...named].map((id) => JSON.parse(id) as string).toSorted()).toEqual(columns.map(([id]) => id).toSorted());
  const orderedBy = columns.flatMap(([, { params }]) => params?.orderBy?.columnId ?? []);
  expect(columns.map(([id]) => id)).toEqual(expect.arrayContaining(orderedBy));
});

test.each(byType('search'))('$attributes.title has the shape of a saved search', (object) => {
  const { kibanaSavedObjectMeta: meta } = object.attributes as { kibanaSavedObjectMeta: { searchSourceJSON: string } };
  expect(object).toEqual({
    ...envelope,
    type: 'search',
    attributes: {
      title: expect.any(String),
      description: expect.any(String),
      columns: expect.any(Array),
      sort: [['@timestamp', 'desc']],
      grid: {},
      hideChart: false,
      isTextBasedQuery: false,
      timeRestore: false,
      kibanaSavedObjectMeta: { searchSourceJSON: expect.any(String) },
    },
    references: [
      { id: expect.any(String), type: 'index-pattern', name: 'kibanaSavedObjectMeta.searchSourceJSON.index' },
    ],
  });
  expect(JSON.parse(meta.searchSourceJSON)).toEqual({
    query: { query: expect.any(String), language: 'kuery' },
    filter: [],
    indexRefName: object.references[0]?.name,
  });
});

test.each(byType('dashboard'))('$attributes.title shows each of its references in a place of its own', (object) => {
  const shown = JSON.parse(object.attributes['panelsJSON'] as string) as DashboardPanel[];
  expect(shown.map(({ panelIndex, panelRefName, type }) => ({ name: `${panelIndex}:${panelRefName}`, type }))).toEqual(
    object.references.map(({ name, type }) => ({ name, type })),
  );
  const taken = new Set<string>();
  for (const { gridData, panelIndex } of shown) {
    expect(gridData.i).toBe(panelIndex);
    expect(gridData.x + gridData.w).toBeLessThanOrEqual(48);
    for (let x = gridData.x; x < gridData.x + gridData.w; x++) {
      for (let y = gridData.y; y < gridData.y + gridData.h; y++) {
        expect(taken).not.toContain(`${x},${y}`);
        taken.add(`${x},${y}`);
      }
    }
  }
});

test('panels of a kind stand side by side, and the next kind below', () => {
  const number: Panel = { shows: 'number', title: '', where: {}, measure: { of: 'count' } };
  const table: Panel = { shows: 'table', title: '', where: {}, by: [], measures: [] };
  expect(arranged([number, number, table])).toEqual([
    { x: 0, y: 0, w: 12, h: 6 },
    { x: 12, y: 0, w: 12, h: 6 },
    { x: 0, y: 6, w: 24, h: 14 },
  ]);
});

test('conditions are written in the query language of Kibana', () => {
  expect(kql({})).toBe('');
  expect(kql({ 'event.action': ['a.b', 'c.*'], 'http.response.status_code': '>= 500' })).toBe(
    'event.action: ("a.b" or c.*) and http.response.status_code >= 500',
  );
});

describe.each(panels)('%s: $title', (...[, panel]) => {
  const measures = 'measures' in panel ? panel.measures : 'measure' in panel ? [panel.measure] : [];

  test('asks for fields that are mapped', () => {
    const columns = 'columns' in panel ? panel.columns : [];
    expect(mappedFields).toEqual(expect.arrayContaining([...Object.keys(panel.where), ...columns]));
  });

  test('groups by fields that can be grouped by, and measures those that can be measured', () => {
    const groups = 'by' in panel && panel.by !== undefined ? [panel.by].flat() : [];
    for (const field of groups)
      expect([field, typeOf(field)]).toEqual([field, expect.stringMatching(/^(keyword|ip|long)$/)]);
    for (const measure of measures) {
      if (measure.of === 'count') continue;
      const possible = measure.of === 'different' ? /^(keyword|ip|long)$/ : /^(long|double)$/;
      expect(typeOf(measure.field)).toMatch(possible);
    }
  });

  test('asks for events that somebody records', () => {
    for (const name of panel.where['event.action'] ?? []) {
      expect(
        recordedNames.some((recorded) => matches(recorded, name)),
        name,
      ).toBe(true);
    }
  });
});

function typeOf(field: string): unknown {
  return fieldTypes.find(({ fields }) => fields.includes(field))?.mapping['type'];
}

/** Every text between quotes in the sources of what records. */
const recordedNames = globSync('packages/{instrumentation,file-exporter}/src/**/*.ts', {
  cwd: `${import.meta.dirname}/../..`,
  exclude: ['**/*.test.ts'],
}).flatMap((path) =>
  Array.from(
    readFileSync(`${import.meta.dirname}/../../${path}`, 'utf8').matchAll(/'([a-z_.]+)'/g),
    ([, text = '']) => text,
  ),
);

function matches(recorded: string, name: string): boolean {
  return name.endsWith('*')
    ? recorded.startsWith(name.slice(0, -1)) && recorded.length >= name.length
    : recorded === name;
}

interface LensState {
  readonly visualization: unknown;
  readonly datasourceStates: { readonly formBased: { readonly layers: Readonly<Record<string, LensLayer>> } };
}

interface LensLayer {
  readonly columnOrder: readonly string[];
  readonly columns: Readonly<Record<string, LensColumn>>;
}

interface LensColumn {
  readonly isBucketed: boolean;
  readonly params?: { readonly orderBy?: { readonly columnId: string } };
}

interface DashboardPanel {
  readonly type: string;
  readonly panelIndex: string;
  readonly panelRefName: string;
  readonly gridData: {
    readonly x: number;
    readonly y: number;
    readonly w: number;
    readonly h: number;
    readonly i: string;
  };
}
