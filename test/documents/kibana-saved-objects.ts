/**
 * collector/kibana/saved-objects.ndjson: the dashboards, in the form in which Kibana exports and imports them. Numbers, timelines and
 * tables are Lens visualisations, documents are saved searches; dashboards hold both by reference.
 *
 * Ids are made of names, so that a later import replaces what an earlier one made. The versions are those of Kibana 8.9, which newer
 * ones migrate when they import.
 */
import { concerns } from '../../packages/file-exporter/src/concerns.ts';
import { fieldTypes } from './elasticsearch-fields.ts';
import { dashboards, type Dashboard, type Panel, type Where } from './kibana-dashboards.ts';

export interface SavedObject {
  readonly id: string;
  readonly type: 'index-pattern' | 'lens' | 'search' | 'dashboard';
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly references: readonly Reference[];
  readonly coreMigrationVersion: string;
  readonly typeMigrationVersion: string;
  readonly managed: false;
}

interface Reference {
  readonly id: string;
  readonly name: string;
  readonly type: SavedObject['type'];
}

/** Of all names of data streams, and of all ids: another prefix is put in by replacing this one wherever it stands. */
export const defaultPrefix = 'sentrikat-';

const typeVersions = { 'index-pattern': '8.0.0', lens: '8.9.0', search: '8.0.0', dashboard: '8.9.0' } as const;

export function savedObjects(): SavedObject[] {
  return [
    dataView('documents', 'SentriKat', concerns.map(({ name }) => defaultPrefix + name).join(',')),
    dataView('rejected', 'SentriKat: rejected', `${defaultPrefix}rejected`),
    ...dashboards.flatMap((each) => [...each.panels.map((panel) => content(each, panel)), dashboard(each)]),
  ];
}

/** One object a line. */
export function savedObjectsFile(): string {
  return savedObjects()
    .map((each) => `${JSON.stringify(each)}\n`)
    .join('');
}

function savedObject(
  type: SavedObject['type'],
  id: string,
  attributes: SavedObject['attributes'],
  references: readonly Reference[],
): SavedObject {
  const versions = { coreMigrationVersion: '8.8.0', typeMigrationVersion: typeVersions[type] };
  return { id, type, attributes, references, ...versions, managed: false };
}

function dataView(name: string, title: string, streams: string): SavedObject {
  const unused = { fieldAttrs: '{}', fieldFormatMap: '{}', fields: '[]', runtimeFieldMap: '{}', typeMeta: '{}' };
  const attributes = { title: streams, name: title, timeFieldName: '@timestamp', sourceFilters: '[]', ...unused };
  return savedObject('index-pattern', dataViewId(name), attributes, []);
}

function dataViewId(name: string): string {
  return `${defaultPrefix}view-${name}`;
}

function dataViewOf(panel: Panel, name: string): Reference {
  return { id: dataViewId(panel.rejected ? 'rejected' : 'documents'), name, type: 'index-pattern' };
}

/** In Kibana's query language. */
export function kql(where: Where): string {
  return Object.entries(where)
    .map(([field, is]) => (typeof is === 'string' ? `${field} ${is}` : `${field}: (${is.map(kqlValue).join(' or ')})`))
    .join(' and ');
}

/** Between quotes a `*` would be itself. */
function kqlValue(value: string): string {
  return value.endsWith('*') ? value : `"${value}"`;
}

function content(of: Dashboard, panel: Panel): SavedObject {
  return panel.shows === 'documents' ? search(of, panel) : lens(of, panel);
}

function idOf(of: Dashboard, panel: Panel): string {
  return `${defaultPrefix}${of.name}-${panel.title.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`;
}

function titleOf(of: Dashboard, panel: Panel): string {
  return `${panel.title} [SentriKat ${of.title}]`;
}

function search(of: Dashboard, panel: Extract<Panel, { shows: 'documents' }>): SavedObject {
  const view = 'kibanaSavedObjectMeta.searchSourceJSON.index';
  const source = { query: { query: kql(panel.where), language: 'kuery' }, filter: [], indexRefName: view };
  const attributes = {
    title: titleOf(of, panel),
    description: '',
    columns: panel.columns,
    sort: [['@timestamp', 'desc']],
    grid: {},
    hideChart: false,
    isTextBasedQuery: false,
    timeRestore: false,
    kibanaSavedObjectMeta: { searchSourceJSON: JSON.stringify(source) },
  };
  return savedObject('search', idOf(of, panel), attributes, [dataViewOf(panel, view)]);
}

type LensPanel = Exclude<Panel, { shows: 'documents' }>;
type Measure = Extract<Panel, { shows: 'number' }>['measure'];
type Column = Readonly<Record<string, unknown>>;

const layerId = 'layer';

function lens(of: Dashboard, panel: LensPanel): SavedObject {
  const columns = columnsOf(panel);
  const layer = { columns, columnOrder: Object.keys(columns), incompleteColumns: {}, ignoreGlobalFilters: false };
  const attributes = {
    title: titleOf(of, panel),
    description: '',
    visualizationType: { number: 'lnsMetric', timeline: 'lnsXY', table: 'lnsDatatable' }[panel.shows],
    state: {
      visualization: visualisation(panel, Object.keys(columns)),
      query: { query: kql(panel.where), language: 'kuery' },
      filters: [],
      datasourceStates: { formBased: { layers: { [layerId]: layer } }, textBased: { layers: {} } },
      internalReferences: [],
      adHocDataViews: {},
    },
  };
  return savedObject('lens', idOf(of, panel), attributes, [
    dataViewOf(panel, `indexpattern-datasource-layer-${layerId}`),
  ]);
}

/** By their ids, buckets first, as Lens wants them. */
function columnsOf(panel: LensPanel): Record<string, Column> {
  if (panel.shows === 'number') return { measure: measureColumn(panel.measure) };
  if (panel.shows === 'table') {
    const buckets = panel.by.map((field, index) => [`by-${index}`, termsColumn(field, 'measure-0', 20)] as const);
    const measures = panel.measures.map((each, index) => [`measure-${index}`, measureColumn(each)] as const);
    return Object.fromEntries<Column>([...buckets, ...measures]);
  }
  return {
    ...(panel.by !== undefined && { by: termsColumn(panel.by, 'measure', 10) }),
    time: {
      label: '@timestamp',
      dataType: 'date',
      operationType: 'date_histogram',
      sourceField: '@timestamp',
      isBucketed: true,
      scale: 'interval',
      params: { interval: 'auto', includeEmptyRows: true, dropPartials: false },
    },
    measure: measureColumn(panel.measure),
  };
}

function termsColumn(field: string, orderedBy: string, size: number): Column {
  const dataType = dataTypeOf(field);
  return {
    label: field,
    customLabel: true,
    dataType,
    operationType: 'terms',
    sourceField: field,
    isBucketed: true,
    scale: 'ordinal',
    params: {
      size,
      orderBy: { type: 'column', columnId: orderedBy },
      orderDirection: 'desc',
      otherBucket: true,
      // Whoever has no user, say, is a row of its own; Kibana can do that with strings alone.
      missingBucket: dataType === 'string',
      parentFormat: { id: 'terms' },
    },
  };
}

function dataTypeOf(field: string): string {
  const type = fieldTypes.find(({ fields }) => fields.includes(field))?.mapping['type'];
  return type === 'keyword' ? 'string' : type === 'ip' ? 'ip' : 'number';
}

function measureColumn(measure: Measure): Column {
  const common = { dataType: 'number', isBucketed: false, scale: 'ratio', customLabel: true };
  switch (measure.of) {
    case 'count':
      return {
        ...common,
        label: 'Records',
        operationType: 'count',
        sourceField: '___records___',
        params: { emptyAsNull: false },
      };
    case 'different':
      return {
        ...common,
        label: `Different ${measure.field}`,
        operationType: 'unique_count',
        sourceField: measure.field,
      };
    case 'highest':
      return { ...common, label: `Highest ${measure.field}`, operationType: 'max', sourceField: measure.field };
    case 'percentile':
      return {
        ...common,
        label: `${measure.percentile}th percentile of ${measure.field}`,
        operationType: 'percentile',
        sourceField: measure.field,
        params: { percentile: measure.percentile },
      };
  }
}

function visualisation(panel: LensPanel, columnIds: readonly string[]): unknown {
  const layer = { layerId, layerType: 'data' };
  if (panel.shows === 'number') return { ...layer, metricAccessor: 'measure' };
  if (panel.shows === 'table') return { ...layer, columns: columnIds.map((columnId) => ({ columnId })) };
  const seriesType = panel.measure.of === 'count' ? 'bar_stacked' : 'line';
  const split = panel.by === undefined ? {} : { splitAccessor: 'by' };
  return {
    legend: { isVisible: true, position: 'right' },
    valueLabels: 'hide',
    preferredSeriesType: seriesType,
    layers: [{ ...layer, seriesType, xAccessor: 'time', accessors: ['measure'], ...split }],
  };
}

/** Of the 48 columns that a dashboard has. */
const sizes = {
  number: { w: 12, h: 6 },
  timeline: { w: 24, h: 12 },
  table: { w: 24, h: 14 },
  documents: { w: 48, h: 16 },
} as const satisfies Record<Panel['shows'], { w: number; h: number }>;

function dashboard(of: Dashboard): SavedObject {
  const places = arranged(of.panels);
  const panels = of.panels.map(({ title, shows }, index) => ({
    version: '8.9.0',
    type: shows === 'documents' ? 'search' : 'lens',
    gridData: { ...places[index], i: String(index) },
    panelIndex: String(index),
    embeddableConfig: { enhancements: {} },
    title,
    panelRefName: `panel_${index}`,
  }));
  const references = of.panels.map((panel, index) => {
    const type = panel.shows === 'documents' ? ('search' as const) : ('lens' as const);
    return { id: idOf(of, panel), name: `${index}:panel_${index}`, type };
  });
  const options = { useMargins: true, syncColors: true, syncCursor: true, syncTooltips: false, hidePanelTitles: false };
  const attributes = {
    title: `[SentriKat] ${of.title}`,
    description: of.description,
    version: 1,
    timeRestore: false,
    optionsJSON: JSON.stringify(options),
    panelsJSON: JSON.stringify(panels),
    kibanaSavedObjectMeta: {
      searchSourceJSON: JSON.stringify({ query: { query: '', language: 'kuery' }, filter: [] }),
    },
  };
  return savedObject('dashboard', `${defaultPrefix}${of.name}`, attributes, references);
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** From left to right, in rows of what shows alike. */
export function arranged(panels: readonly Panel[]): Place[] {
  let [x, y, rowHeight] = [0, 0, 0];
  return panels.map(({ shows }) => {
    const { w, h } = sizes[shows];
    if (x + w > 48 || (x > 0 && h !== rowHeight)) [x, y] = [0, y + rowHeight];
    const place = { x, y, w, h };
    [x, rowHeight] = [x + w, h];
    return place;
  });
}
