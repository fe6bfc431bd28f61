/*
 * work.c - the engine's services to a stage (floor: workload).
 *
 * A stage that runs without an engine (in a test, say) has nobody to ask: nothing is published,
 * nothing cancelled, all memory granted.
 */
#include "config.h"

#include "workload/workload.h"

void work_stage(struct work *work, unsigned stage)
{
	if (work->calls != NULL && work->calls->stage != NULL)
		work->calls->stage(work, stage);
}

bool work_cancelled(struct work *work)
{
	return work->calls != NULL && work->calls->cancelled != NULL &&
	       work->calls->cancelled(work);
}

static const struct workload_fused *find_fused(const struct workload *workload, struct work *work,
					       unsigned stage, unsigned last)
{
	for (unsigned i = 0; i < workload->nfused; i++) {
		const struct workload_fused *fused = &workload->fused[i];

		if (fused->first == stage && fused->last <= last && fused->applies(work))
			return fused;
	}
	return NULL;
}

int work_run(const struct workload *workload, struct work *work, unsigned first, unsigned last,
	     struct err *err)
{
	for (unsigned stage = first; stage <= last; stage++) {
		const struct workload_fused *fused = find_fused(workload, work, stage, last);
		int result;

		if (fused != NULL) {
			result = fused->run(work, err);
			stage = fused->last;
		} else {
			work_stage(work, stage);
			result = workload->stages[stage].run(work, err);
			if (result != 0)
				err_context(err, "%s", workload->stages[stage].name);
		}
		if (result != 0)
			return -1;
		/* After the last stage the effect is there: too late to abandon. */
		if (stage + 1 < workload->nstages && work_cancelled(work))
			return err_transient(err, "abandoned on request");
	}
	return 0;
}

int work_admit(struct work *work, uint64_t bytes, struct err *err)
{
	if (work->calls == NULL || work->calls->admit == NULL)
		return 0;
	return work->calls->admit(work, bytes, err);
}

void work_lock(struct work *work, unsigned lock)
{
	if (work->calls != NULL && work->calls->lock != NULL)
		work->calls->lock(work, lock);
}

void work_unlock(struct work *work, unsigned lock)
{
	if (work->calls != NULL && work->calls->unlock != NULL)
		work->calls->unlock(work, lock);
}

int work_wait(struct work *work, uint64_t ns, struct err *err)
{
	if (work->calls == NULL || work->calls->wait == NULL)
		return 0;
	return work->calls->wait(work, ns, err);
}

int work_join(struct work *work, unsigned stage, struct err *err)
{
	if (work->calls == NULL || work->calls->join == NULL)
		return 0;
	return work->calls->join(work, stage, err);
}

void work_leave(struct work *work, const char *reason)
{
	if (work->calls != NULL && work->calls->leave != NULL)
		work->calls->leave(work, reason);
}

unsigned work_peers(struct work *work)
{
	return work->calls != NULL && work->calls->peers != NULL ? work->calls->peers(work) : 1;
}
