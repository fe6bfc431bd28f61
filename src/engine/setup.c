/*
 * setup.c - what must exist before the first host is started, and be gone after the last.
 */
#include "config.h"

#include "engine/setup.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/machine.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/text.h"
#include "engine/control_server.h"
#include "engine/fleet.h"
#include "engine/flow.h"
#include "engine/folders.h"
#include "engine/jobs.h"
#include "engine/watch.h"

/* "20261120-160401-4711": sorts by time, unique among running processes. */
static void name_run(struct supervisor *sup)
{
	time_t now = time(NULL);
	struct tm local;
	char stamp[24];

	localtime_r(&now, &local);
	strftime(stamp, sizeof stamp, "%Y%m%d-%H%M%S", &local);
	snprintf(sup->shown_plan.run_id, sizeof sup->shown_plan.run_id, "%s-%d", stamp,
		 (int)getpid());
	sup->plan->config.run_id = sup->shown_plan.run_id;
	sup->plan->config.started_ns = clock_real_ns();
}

static int make_page(struct supervisor *sup, struct err *err)
{
	char *dir = path_runtime_dir(err);
	char *name;

	if (dir == NULL)
		return -1;
	name = mem_printf("%s.page", sup->shown_plan.run_id);
	sup->page_path = path_join(dir, name);
	free(name);
	free(dir);
	sup->page = page_create(sup->page_path, err);
	return sup->page != NULL ? 0 : -1;
}

static void open_descriptors(struct supervisor *sup)
{
	sigset_t handled;

	sup->null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	sup->stderr_fd = -1;
	if (sup->plan->report) {
		char *path = path_join(sup->report_dir, "stderr.log");

		sup->stderr_fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
		free(path);
	}
	if (sup->stderr_fd < 0)
		sup->stderr_fd = dup(sup->null_fd);
	sigemptyset(&handled);
	sigaddset(&handled, SIGINT);
	sigaddset(&handled, SIGTERM);
	sigaddset(&handled, SIGHUP);
	sigaddset(&handled, SIGUSR1);
	sigprocmask(SIG_BLOCK, &handled, NULL);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGCHLD, SIG_DFL); /* ignored, as some parents leave it, nobody could be awaited */
	sup->signal_fd = signalfd(-1, &handled, SFD_CLOEXEC | SFD_NONBLOCK);
	watch_add(sup->epoll_fd, sup->signal_fd, WATCH_SIGNAL, 0);
	if (sup->tether_fd >= 0)
		watch_add(sup->epoll_fd, sup->tether_fd, WATCH_TETHER, 0);
}

static void describe_plan(struct supervisor *sup, const struct machine *machine)
{
	const struct plan *plan = sup->plan;
	struct page_plan *shown = &sup->shown_plan;
	struct textbuf command;
	unsigned capacities[LAYOUT_STATIONS];

	plan_capacities(plan, capacities);
	snprintf(shown->version, sizeof shown->version, "%s", PACKAGE_VERSION);
	snprintf(shown->workload, sizeof shown->workload, "%s", plan->workload->name);
	snprintf(shown->strategy, sizeof shown->strategy, "%s", plan->layout.strategy);
	snprintf(shown->plan, sizeof shown->plan, "%s", plan->layout.plan);
	layout_format(plan->workload, &plan->layout, shown->layout, sizeof shown->layout);
	layout_topology(plan->workload, &plan->layout, capacities, false, shown->topology,
			sizeof shown->topology);
	snprintf(shown->report_dir, sizeof shown->report_dir, "%s",
		 plan->report ? sup->report_dir : "");
	snprintf(shown->output, sizeof shown->output, "%s",
		 plan->config.output != NULL ? plan->config.output : "");
	textbuf_init(&command);
	for (size_t i = 0; plan->command != NULL && plan->command[i] != NULL; i++) {
		if (i != 0)
			textbuf_append(&command, " ", 1);
		textbuf_shell_word(&command, plan->command[i]);
	}
	snprintf(shown->command, sizeof shown->command, "%s%s",
		 command.length < sizeof shown->command - 4 ? command.text : "",
		 command.length < sizeof shown->command - 4 ? "" : "(too long to show)");
	textbuf_free(&command);
	shown->started_ns = clock_ns();
	shown->started_real_ns = clock_real_ns();
	shown->supervisor_pid = (uint32_t)getpid();
	shown->cores = machine->cpus;
	shown->retries = plan->retries;
	shown->hang_after_ms = clock_limit_ms(plan->hang_after_s);
	shown->patience_ms = clock_limit_ms(clock_seconds(plan->patience_ns));
	shown->injected = plan->workload->injected;
	shown->locks = 1 + plan->workload->nlocks;
	snprintf(shown->lock[PAGE_LOCK_GIL], sizeof shown->lock[PAGE_LOCK_GIL], "gil");
	for (unsigned i = 0; i < plan->workload->nlocks; i++)
		snprintf(shown->lock[1 + i], sizeof shown->lock[1 + i], "%s",
			 plan->workload->locks[i]);
}

static void describe_stages(struct supervisor *sup)
{
	const struct layout *layout = &sup->plan->layout;
	struct page_plan *shown = &sup->shown_plan;

	shown->stages = sup->workload->nstages;
	shown->stations = layout->nstations + 1;
	snprintf(shown->station[0].name, PAGE_NAME_BYTES, "walk");
	shown->station[0].queue = PAGE_NONE;
	for (unsigned s = 0; s < layout->nstations; s++) {
		const struct layout_station *station = &layout->station[s];

		snprintf(shown->station[s + 1].name, PAGE_NAME_BYTES, "%s",
			 sup->workload->stages[station->first_stage].name);
		shown->station[s + 1].first_stage = station->first_stage;
		shown->station[s + 1].last_stage = station->last_stage;
		shown->station[s + 1].queue = s;
		shown->station[s + 1].process = station->process;
		for (unsigned i = station->first_stage; i <= station->last_stage; i++)
			shown->stage[i].station = s + 1;
	}
	for (unsigned i = 0; i < sup->workload->nstages; i++) {
		snprintf(shown->stage[i].name, PAGE_NAME_BYTES, "%s",
			 sup->workload->stages[i].name);
		shown->stage[i].io = sup->workload->stages[i].io;
	}
}

/* Twice what the layout can use: workers may be added live, and virtual memory costs nothing. */
static int make_arena(struct supervisor *sup, struct err *err)
{
	const struct layout_station *first = &sup->plan->layout.station[0];
	unsigned capacities[LAYOUT_STATIONS];
	unsigned hosts = 1;

	if (sup->workload->region_shares == NULL)
		return 0;
	plan_capacities(sup->plan, capacities);
	if (arena_create(&sup->arena, 2 * flow_slots_needed(sup, capacities) + 8,
			 sup->plan->slot_bytes, sup->workload->region_shares, err) != 0)
		return -1;
	if (sup->plan->transfer_copy && arena_make_private(&sup->arena, err) != 0)
		return -1;
	/* A host of the first group that gets no slot would sit on its jobs for ever. */
	if (first->process)
		hosts = first->workers;
	else if (first->hosts != 0)
		hosts = first->hosts;
	if (sup->arena.slots >= hosts + 1)
		return 0;
	return err_permanent(err,
			     "%u arena slots of %zu bytes fit in, but %u processes need one each: "
			     "give a smaller --slot-size or fewer processes",
			     sup->arena.slots, sup->arena.slot_bytes, hosts + 1);
}

int setup_run(struct supervisor *sup, struct err *err)
{
	struct machine machine;

	signal(SIGXFSZ, SIG_IGN); /* what is too large for a limit is told, from here on */
	machine_read(&machine);
	sup->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	sup->signal_fd = sup->control_fd = sup->null_fd = sup->stderr_fd = -1;
	sup->arena.fd = -1;
	for (unsigned i = 0; i < CONTROL_PEERS; i++)
		sup->control_peer[i] = -1;
	sup->memory_budget =
		sup->plan->memory_bytes != 0 ? sup->plan->memory_bytes : machine.memory_bytes / 4;
	if (sup->memory_budget == 0)
		sup->memory_budget = UINT64_C(1) << 30;
	name_run(sup);
	if (folders_lock_output(sup, err) != 0 || make_page(sup, err) != 0 ||
	    folders_make_report(sup, err) != 0 || make_arena(sup, err) != 0)
		return -1;
	open_descriptors(sup);
	describe_plan(sup, &machine);
	describe_stages(sup);
	page_write_plan(sup->page, &sup->shown_plan);
	sup->nothing_found = workload_nothing_found(sup->workload, &sup->plan->config);
	if (sup->workload->accumulator_size != 0)
		sup->accumulator = mem_calloc(1, sup->workload->accumulator_size);
	if (control_server_open(sup, err) != 0) {
		jobs_log(sup, LOG_WARNING, 0, "no live commands: %s", err->text);
		err_clear(err);
	}
	return 0;
}

static void close_if_open(int fd)
{
	if (fd >= 0)
		close(fd);
}

void setup_undo(struct supervisor *sup)
{
	if (sup->page != NULL) {
		control_server_close(sup);
		page_remove(sup->page_path);
		page_close(sup->page);
	}
	fleet_free(sup);
	arena_destroy(&sup->arena);
	folders_undo(sup);
	close_if_open(sup->lock_fd);
	close_if_open(sup->report_fd);
	close_if_open(sup->null_fd);
	close_if_open(sup->stderr_fd);
	close_if_open(sup->signal_fd);
	close_if_open(sup->epoll_fd);
	close_if_open(sup->tether_fd);
	free(sup->accumulator);
	free(sup->nothing_found);
	free(sup->report_dir);
	free(sup->state_dir);
	free(sup->page_path);
}
