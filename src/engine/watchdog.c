/*
 * watchdog.c - the supervisor looks at its own run as a stranger would.
 */
#include "config.h"

#include "engine/watchdog.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "engine/jobs.h"
#include "record/snapshot.h"
#include "report/bundle.h"
#include "view/diagnosis.h"
#include "view/stacks.h"

enum { CHAINS = 8 }; /* told in the log of a run that hangs; the file has them all */

static const uint64_t LOOK_NS = 500 * CLOCK_MS_NS;
/* How long the end of a run that hangs waits for its files. */
static const uint64_t FILES_NS = 10 * CLOCK_SECOND_NS;

struct watchdog {
	struct diagnosis *diagnosis;
	struct snapshot *snapshot;
	uint64_t next_ns;
	enum finding told[PAGE_WORKERS]; /* alarm that the log has; FINDING_WORKING: none */
	bool told_hung;
	uint64_t files_ns; /* when the files of the hang were begun; until then, when it was told */
	pid_t writer;	   /* of the files, while it lives; 0: none */
	bool writes_hang;  /* those of a hang */
	bool owes_hang;	   /* files that are to be written when it is done */
	bool owes_dump;
	bool told_no_writer; /* the log has it that none could be started */
	char *why; /* ERR_TEXT_BYTES shared with the writer: what went wrong; NULL: no memory */
};

struct watchdog *watchdog_new(void)
{
	struct watchdog *watchdog = mem_calloc(1, sizeof *watchdog);

	watchdog->diagnosis = diagnosis_new(true);
	watchdog->snapshot = snapshot_new();
	watchdog->why = mmap(NULL, ERR_TEXT_BYTES, PROT_READ | PROT_WRITE,
			     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (watchdog->why == MAP_FAILED)
		watchdog->why = NULL;
	return watchdog;
}

void watchdog_free(struct watchdog *watchdog)
{
	if (watchdog == NULL)
		return;
	if (watchdog->writer > 0) {
		/* One that waits for a broken disk is not waited for. */
		kill(watchdog->writer, SIGKILL);
		waitpid(watchdog->writer, NULL, WNOHANG);
	}
	if (watchdog->why != NULL)
		munmap(watchdog->why, ERR_TEXT_BYTES);
	diagnosis_free(watchdog->diagnosis);
	snapshot_free(watchdog->snapshot);
	free(watchdog);
}

/* Two stacks a second apart of all workers; NULL: no helper could be started. */
static struct stack_job *take_stacks(const struct watchdog *watchdog)
{
	struct stack_target *targets = mem_calloc(STACK_THREADS, sizeof *targets);
	size_t count = stacks_of_run(watchdog->snapshot, watchdog->diagnosis, targets);
	struct err err = {0};
	struct stack_job *job = stack_job_start(targets, count, 2, &err);

	free(targets);
	if (job != NULL)
		stack_job_wait(job);
	return job;
}

/* In the child. */
static _Noreturn void write_files(struct bundle *bundle, const struct watchdog *watchdog,
				  const char *dir, const char *name)
{
	struct stack_job *job;
	struct err err = {0};

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* A copy of a host's socket would keep its end from being seen. */
	close_range(STDERR_FILENO + 1, ~0U, 0);
	job = take_stacks(watchdog);
	bundle->stacks = job != NULL ? stack_job_result(job) : NULL;
	if (bundle_write(bundle, dir, name, NULL, &err) == 0)
		_exit(0);
	if (watchdog->why != NULL)
		snprintf(watchdog->why, ERR_TEXT_BYTES, ": %.*s", (int)ERR_TEXT_BYTES - 3,
			 err.text);
	_exit(1);
}

/* The supervisor may not wait for a disk, so a child makes the files and writes them: one after the
 * other, that of a hang first. Where no child can be started now they stay owed. */
static void write_owed(struct supervisor *sup, uint64_t now_ns)
{
	struct watchdog *watchdog = sup->watchdog;
	const char *dir = sup->plan->report ? sup->plan->report_dir : ".";
	struct bundle bundle = {.page = sup->page,
				.snapshot = watchdog->snapshot,
				.diagnosis = watchdog->diagnosis};
	bool hang = watchdog->owes_hang;
	pid_t writer;

	if (watchdog->writer > 0 || (!hang && !watchdog->owes_dump))
		return;
	if (watchdog->why != NULL)
		watchdog->why[0] = '\0';
	writer = fork();
	if (writer == 0)
		write_files(&bundle, watchdog, dir, hang ? BUNDLE_HANG : NULL);
	if (writer < 0 && !watchdog->told_no_writer)
		jobs_log(sup, LOG_WARNING, 0,
			 "what is known cannot be written down: no process could be started: %s; "
			 "trying again",
			 strerror(errno));
	watchdog->told_no_writer = writer < 0;
	if (writer < 0)
		return;
	watchdog->writer = writer;
	watchdog->writes_hang = hang;
	if (hang)
		watchdog->files_ns = now_ns;
	*(hang ? &watchdog->owes_hang : &watchdog->owes_dump) = false;
}

static void reap_writer(struct supervisor *sup)
{
	struct watchdog *watchdog = sup->watchdog;
	int status = 0;

	if (watchdog->writer <= 0 || waitpid(watchdog->writer, &status, WNOHANG) == 0)
		return;
	watchdog->writer = 0;
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		jobs_log(sup, LOG_WARNING, 0,
			 "what is known of the run could not be written down%s",
			 watchdog->why != NULL ? watchdog->why : "");
	else if (watchdog->writes_hang)
		jobs_log(sup, LOG_WARNING, 0, "what is known is in %s/" BUNDLE_HANG ".txt",
			 sup->plan->report_dir);
}

static void tell_worker(struct supervisor *sup, unsigned worker)
{
	struct watchdog *watchdog = sup->watchdog;
	const struct snapshot *snapshot = watchdog->snapshot;
	enum finding finding = diagnosis_worker(watchdog->diagnosis, worker)->finding;
	const struct graph_cycle *cycle = diagnosis_cycle(watchdog->diagnosis, worker);
	char sentence[DIAGNOSIS_SENTENCE_BYTES];

	if (!finding_info(finding)->alarm || finding == FINDING_EXITED)
		finding = FINDING_WORKING;
	if (watchdog->told[worker] == finding)
		return;
	if (finding == FINDING_WORKING) {
		jobs_log(sup, LOG_WARNING, 0, "%s is no longer %s",
			 snapshot->worker[worker].live.name,
			 finding_info(watchdog->told[worker])->word);
	} else if (cycle == NULL || cycle->worker[0] == worker) {
		diagnosis_sentence(watchdog->diagnosis, snapshot, worker, sentence,
				   sizeof sentence);
		jobs_log(sup, LOG_WARNING, snapshot->worker[worker].live.job, "%s", sentence);
	}
	watchdog->told[worker] = finding;
}

/* Who waits for whom, for those who read a log and no screen. */
static void tell_chains(struct supervisor *sup)
{
	const struct watchdog *watchdog = sup->watchdog;
	const struct snapshot *snapshot = watchdog->snapshot;
	char chain[DIAGNOSIS_SENTENCE_BYTES];
	int left = CHAINS;

	for (unsigned i = 0; i < snapshot->status.workers && left > 0; i++) {
		if (snapshot->worker[i].live.wait_on == WAIT_NOTHING ||
		    snapshot->worker[i].live.ended_ns != 0)
			continue;
		diagnosis_chain(watchdog->diagnosis, snapshot, i, "<-", chain, sizeof chain);
		jobs_log(sup, LOG_WARNING, 0, "%s", chain);
		left--;
	}
}

static void end_run(struct supervisor *sup, const char *sentence)
{
	sup->exit_code = 3;
	sup->status.exit_code = 3; /* all items may have been over */
	sup->stopping = true;
	sup->status_changed = true;
	snprintf(sup->status.message, sizeof sup->status.message, "%.*s",
		 (int)sizeof sup->status.message - 1, sentence);
}

/* What is known has been written down, or that takes too long. A dump that was begun before has a
 * time of its own. */
static bool files_are_done(const struct watchdog *watchdog, uint64_t now_ns)
{
	bool done = watchdog->writer <= 0 && !watchdog->owes_hang;

	return done || now_ns >= watchdog->files_ns + FILES_NS;
}

static void tell_hang(struct supervisor *sup, const struct diagnosis_run *run, uint64_t now_ns)
{
	sup->watchdog->files_ns = now_ns;
	jobs_log(sup, LOG_ERROR, 0, "%s", run->sentence);
	tell_chains(sup);
	if (!sup->plan->report)
		return;
	sup->watchdog->owes_hang = true;
	write_owed(sup, now_ns);
}

static void tell_run(struct supervisor *sup, uint64_t now_ns)
{
	struct watchdog *watchdog = sup->watchdog;
	const struct diagnosis_run *run = diagnosis_run(watchdog->diagnosis);
	bool orphan = sup->tether_fd < 0 && !sup->detached; /* it drains, and would for ever */
	bool asked = sup->plan->hang_after_s > 0 || orphan;

	if (run->hung && !watchdog->told_hung)
		tell_hang(sup, run, now_ns);
	if (!run->hung && watchdog->told_hung)
		jobs_log(sup, LOG_WARNING, 0, "the run goes on again");
	watchdog->told_hung = run->hung;
	if (run->hung && asked && sup->unwatched && !sup->stopping &&
	    files_are_done(watchdog, now_ns))
		end_run(sup, run->sentence);
}

void watchdog_turn(struct supervisor *sup, uint64_t now_ns)
{
	struct watchdog *watchdog = sup->watchdog;

	if (now_ns < watchdog->next_ns)
		return;
	watchdog->next_ns = now_ns + LOOK_NS;
	reap_writer(sup);
	if (sup->stop_ns != 0)
		return;
	write_owed(sup, now_ns);
	snapshot_take(watchdog->snapshot, sup->page);
	diagnosis_look(watchdog->diagnosis, watchdog->snapshot, sup->page);
	if (sup->paused) /* nobody hangs, and nobody goes on */
		return;
	for (unsigned i = 0; i < watchdog->snapshot->status.workers; i++)
		tell_worker(sup, i);
	tell_run(sup, now_ns);
}

void watchdog_dump(struct supervisor *sup)
{
	snapshot_take(sup->watchdog->snapshot, sup->page);
	diagnosis_look(sup->watchdog->diagnosis, sup->watchdog->snapshot, sup->page);
	sup->watchdog->owes_dump = true;
	jobs_log(sup, LOG_INFO, 0, "SIGUSR1: what is known is being written into %s",
		 sup->plan->report ? sup->plan->report_dir
				   : "the folder that the run was started in");
	write_owed(sup, clock_ns());
}

void watchdog_end(struct supervisor *sup)
{
	const struct watchdog *watchdog = sup->watchdog;

	reap_writer(sup);
	if (watchdog->writer > 0 || watchdog->owes_hang || watchdog->owes_dump)
		jobs_log(sup, LOG_WARNING, 0,
			 "the run ends before what was known of it has been written down");
}

void watchdog_buried(struct supervisor *sup, const struct remote *host)
{
	for (unsigned i = 0; i < host->nworkers; i++) {
		const struct record_worker *identity = &host->workers[i].identity;
		struct page_worker_live live;
		struct finding_input input = {.live = &live, .now_ns = clock_ns()};
		struct finding_result result;

		if (!page_read_worker(sup->page, identity->worker, &live) ||
		    live.incarnation != host->incarnation)
			continue;
		finding_classify(&input, "", &result);
		if (finding_info(result.finding)->alarm)
			jobs_log(sup, LOG_WARNING, live.job, "%s %s: %s", identity->name,
				 finding_info(result.finding)->says, result.evidence);
	}
}
