/** `/products`: what the service is about, one by one and many at once. */
import { audit } from '@sentrikat/instrumentation/audit';
import { Router, type Request } from 'express';
import { z } from 'zod';

import { auditedChange } from '../database/audited-change.ts';
import type { Pool } from '../database/pool.ts';
import { rowId } from '../database/row-id.ts';
import { requirePermission } from '../http/authentication.ts';
import { Refusal } from '../http/refusal.ts';
import { Products } from './products.ts';

const resource = 'products';
const productBody = z.object({ name: z.string().min(1).max(200), vendor: z.string().min(1).max(200) });
const batchBody = z.object({ ids: z.array(rowId).min(1).max(1000) });
const importBody = z.array(productBody).min(1).max(1000);
const findingName = z.string().regex(/^CVE-\d{4}-\d{4,7}$/);

export function productRoutes(pool: Pool): Router {
  const router = Router();
  router.use(requirePermission('manage-products'));

  router.get('/', async (...[, response]) => {
    response.json(await new Products(pool).list());
  });

  router.post('/', async (request, response) => {
    const body = productBody.parse(request.body);
    const product = await auditedChange(
      pool,
      async (database) => (await new Products(database).create([body]))[0],
      (newValue) => ({ action: 'CREATE', resource, target: newValue.id, newValue }),
    );
    response.status(201).json(product);
  });

  router.get('/export', async (...[, response]) => {
    const products = await new Products(pool).list();
    await audit.record({ action: 'EXPORT', resource, details: `${products.length} products` });
    response.attachment('products.json').json(products);
  });

  router.post('/import', async (request, response) => {
    const body = importBody.parse(request.body);
    const products = await auditedChange(
      pool,
      (database) => new Products(database).create(body),
      ({ length }) => ({ action: 'IMPORT', resource, details: `${length} products` }),
    );
    response.status(201).json(products);
  });

  router.post('/batch-delete', async (request, response) => {
    const { ids } = batchBody.parse(request.body);
    const products = await auditedChange(
      pool,
      (database) => new Products(database).delete(ids),
      (oldValue) => ({ action: 'BATCH_DELETE', resource, details: `${oldValue.length} products`, oldValue }),
    );
    response.json({ deleted: products?.length ?? 0 });
  });

  router.put('/:id', async (request, response) => {
    const body = productBody.parse(request.body);
    const change = await auditedChange(
      pool,
      (database) => new Products(database).update({ id: idOf(request), ...body }),
      ({ before, after }) => ({ action: 'UPDATE', resource, target: after.id, oldValue: before, newValue: after }),
    );
    if (change === undefined) throw notFound();
    response.json(change.after);
  });

  router.delete('/:id', async (request, response) => {
    const product = await auditedChange(
      pool,
      async (database) => (await new Products(database).delete([idOf(request)]))[0],
      (oldValue) => ({ action: 'DELETE', resource, target: oldValue.id, oldValue }),
    );
    if (product === undefined) throw notFound();
    response.status(204).end();
  });

  router.put('/:id/acknowledgements/:finding', async (request, response) => {
    const [id, finding] = [idOf(request), findingName.parse(request.params.finding)];
    await auditedChange(
      pool,
      async (database) => (await new Products(database).acknowledge(id, finding)) || undefined,
      () => ({ action: 'ACKNOWLEDGE_CVE', resource, target: id, newValue: { acknowledged: finding } }),
    );
    response.status(204).end();
  });

  router.delete('/:id/acknowledgements/:finding', async (request, response) => {
    const [id, finding] = [idOf(request), findingName.parse(request.params.finding)];
    await auditedChange(
      pool,
      async (database) => (await new Products(database).unacknowledge(id, finding)) || undefined,
      () => ({ action: 'UNACKNOWLEDGE_CVE', resource, target: id, oldValue: { acknowledged: finding } }),
    );
    response.status(204).end();
  });

  return router;
}

function idOf(request: Request): number {
  return rowId.parse(request.params['id']);
}

function notFound(): Refusal {
  return new Refusal(404, 'not-found', 'There is no such product.');
}
