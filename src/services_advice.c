/*
 * services_advice.c - the recommendation of the setup screen: by the rules at once, and by a
 * measurement when one was asked for (floor: program).
 *
 * The measurement is `imgtop advise --json` in a process of its own, so that neither the screen
 * waits nor a sample can harm it. What it says holds for the values that it was begun with: when
 * they change it is forgotten, and comes back when they are as before.
 */
#include "config.h"

#include "services_private.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "advice.h"
#include "base/clock.h"
#include "base/mem.h"
#include "base/text.h"
#include "plan_make.h"

enum { READ_BYTES = 4096, NOT_STARTED = 127, LOOK_NS = 2 * CLOCK_MS_NS };

static const uint64_t patience_ns = 300 * CLOCK_MS_NS;

/* "imgtop" "advise" WORKLOAD ... of the values at hand, without what advice is to say. Release with
 * options_arguments_free. */
static char **arguments_of(const struct services *services)
{
	struct options options = services->options;
	char **words;

	options.run.strategy = options.run.layout = options.run.plan = NULL;
	options.run.workers = options.run.io = options.run.cpu = 0;
	options.run.queue = 0;
	options.run.json = true;
	options.run.batch = options.run.detach = options.run.dry_run = false;
	options.screen = (struct options_screen){0};
	words = options_arguments(&options);
	free(words[1]);
	words[1] = mem_strdup(options_command_info(COMMAND_ADVISE)->name);
	return words;
}

/* The values at hand in a line, to tell whether they have changed. */
static char *key_of(const struct services *services)
{
	char **arguments = arguments_of(services);
	char *line = options_command_line(arguments);

	options_arguments_free(arguments);
	return line;
}

/* true: it has ended within that time and is no more. */
static bool ends_within(pid_t child, uint64_t span_ns)
{
	const struct timespec pause = {.tv_nsec = LOOK_NS};
	uint64_t until_ns = clock_ns() + span_ns;
	pid_t got;

	while ((got = waitpid(child, NULL, WNOHANG)) == 0 || (got < 0 && errno == EINTR)) {
		if (clock_ns() >= until_ns)
			return false;
		nanosleep(&pause, NULL);
	}
	return true;
}

/* It removes what its trial wrote when it is asked to end; the screen waits a moment for that, not
 * longer. One that cannot even be killed in time stays behind without anybody waiting for it. */
static void end_measurement(pid_t child)
{
	kill(child, SIGTERM);
	if (ends_within(child, patience_ns))
		return;
	kill(child, SIGKILL);
	(void)ends_within(child, patience_ns);
}

static void forget(struct services_measuring *measuring)
{
	if (measuring->fd >= 0)
		close(measuring->fd);
	if (measuring->child > 0)
		end_measurement(measuring->child);
	free(measuring->key);
	textbuf_free(&measuring->said);
	json_decref(measuring->advice);
	*measuring = (struct services_measuring){.fd = -1};
	textbuf_init(&measuring->said);
}

void services_advice_init(struct services *services)
{
	services->measuring = (struct services_measuring){.fd = -1};
	textbuf_init(&services->measuring.said);
}

void services_advice_stop(struct services *services)
{
	if (services->measuring.fd >= 0)
		forget(&services->measuring);
}

void services_advice_free(struct services *services)
{
	forget(&services->measuring);
	textbuf_free(&services->measuring.said);
}

/* ---- measuring --------------------------------------------------------------------------------
 */

static const int ending[] = {SIGTERM, SIGINT, SIGHUP};

static _Noreturn void be_measurement(char *const *arguments, int out_fd, pid_t parent)
{
	int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	sigset_t none;

	/* What came since the fork is blocked still, and is this process's own. */
	for (size_t i = 0; i < sizeof ending / sizeof ending[0]; i++)
		signal(ending[i], SIG_DFL);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (null_fd < 0 || getppid() != parent || dup2(null_fd, STDIN_FILENO) < 0 ||
	    dup2(out_fd, STDOUT_FILENO) < 0 || dup2(out_fd, STDERR_FILENO) < 0)
		_exit(NOT_STARTED);
	execv("/proc/self/exe", arguments);
	_exit(NOT_STARTED);
}

/* The screen's handlers would tell the screen what only the child was told: until it has its own
 * ways nothing may come through. */
static pid_t start_measurement(char *const *arguments, int out_fd)
{
	pid_t parent = getpid(), child;
	sigset_t blocked, before;

	sigemptyset(&blocked);
	for (size_t i = 0; i < sizeof ending / sizeof ending[0]; i++)
		sigaddset(&blocked, ending[i]);
	sigprocmask(SIG_BLOCK, &blocked, &before);
	child = fork();
	if (child == 0)
		be_measurement(arguments, out_fd, parent);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return child;
}

int services_measure(void *context, struct err *err)
{
	struct services *services = context;
	struct services_measuring *measuring = &services->measuring;
	char **arguments;
	int ends[2];

	if (services->ui.needs_samples(context))
		return err_permanent(err, "there is nothing to measure yet: give an input");
	forget(measuring);
	if (pipe2(ends, O_CLOEXEC) != 0)
		return err_errno(err, "no pipe");
	arguments = arguments_of(services);
	measuring->key = key_of(services);
	measuring->child = start_measurement(arguments, ends[1]);
	close(ends[1]);
	measuring->fd = ends[0];
	options_arguments_free(arguments);
	if (measuring->child > 0)
		return 0;
	err_errno(err, "no process");
	forget(measuring);
	return -1;
}

int services_measure_fd(void *context)
{
	const struct services *services = context;

	return services->measuring.fd;
}

/* What was said is an object of JSON, or the sentence of an error. */
static void understand(struct services_measuring *measuring)
{
	json_error_t why;

	measuring->advice = json_loadb(measuring->said.text, measuring->said.length,
				       JSON_DISABLE_EOF_CHECK, &why);
	if (!json_is_object(measuring->advice)) {
		json_decref(measuring->advice);
		measuring->advice = NULL;
	}
}

bool services_measured(void *context)
{
	struct services *services = context;
	struct services_measuring *measuring = &services->measuring;
	char bytes[READ_BYTES];
	ssize_t got;

	if (measuring->fd < 0)
		return true;
	do
		got = read(measuring->fd, bytes, sizeof bytes);
	while (got < 0 && errno == EINTR);
	if (got > 0) {
		textbuf_append(&measuring->said, bytes, (size_t)got);
		return false;
	}
	close(measuring->fd);
	measuring->fd = -1;
	while (waitpid(measuring->child, NULL, 0) < 0 && errno == EINTR)
		;
	measuring->child = 0;
	understand(measuring);
	return true;
}

/* ---- what is said -----------------------------------------------------------------------------
 */

static const char *text_in(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text != NULL ? text : "";
}

static double number_in(const json_t *object, const char *name)
{
	return json_number_value(json_object_get(object, name));
}

/* "threads:2, queues of 4: of 31 ms for ... (measured: 9 of 36 images; about 0.52 s, one
 * worker 1.04 s; rule: thinking work: ...)" */
static void say_measured(const struct services *services, char *text, size_t size)
{
	const json_t *advice = services->measuring.advice;
	const json_t *rule = json_array_get(json_object_get(advice, "rules"), 0);
	const json_t *sample = json_object_get(advice, "sample");
	const char *note = text_in(advice, "note");
	char whole[ADVICE_TIME_BYTES], alone[ADVICE_TIME_BYTES];
	double expected_s = number_in(advice, "expected_s");
	struct textbuf line;

	textbuf_init(&line);
	textbuf_printf(&line, "%s", text_in(advice, "plan"));
	if (number_in(advice, "queue") > 0)
		textbuf_printf(&line, ", queues of %.0f", number_in(advice, "queue"));
	textbuf_printf(&line, ": %s. Rule: %s.", text_in(rule, "why"), text_in(rule, "says"));
	if (number_in(sample, "items") > 0)
		textbuf_printf(&line, " Measured: %.0f of %.0f %s", number_in(sample, "items"),
			       number_in(advice, "items"), services->options.workload->items);
	if (number_in(sample, "items") > 0 && expected_s > 0)
		textbuf_printf(&line, "; about %s, one worker %s", advice_time(expected_s, whole),
			       advice_time(number_in(advice, "sequential_s"), alone));
	if (*note != '\0')
		textbuf_printf(&line, "; %s", note);
	text_sanitise(text, size, line.text, line.length);
	textbuf_free(&line);
}

static void advise_by_rules(const struct services *services, struct advice *advice)
{
	const struct options *options = &services->options;
	const struct workload_config config = {.values = options->values};
	const struct advice_facts facts = {.workload = options->workload,
					   .machine = &services->machine,
					   .config = &config,
					   .waits = options->run.delay != NULL,
					   .gil = options->run.gil};

	advice_give(&facts, advice);
}

/* Is there a measurement of the values at hand, over or not? */
static bool is_current(const struct services *services)
{
	char *key;
	bool current;

	if (services->measuring.key == NULL)
		return false;
	key = key_of(services);
	current = strcmp(key, services->measuring.key) == 0;
	free(key);
	return current;
}

void services_recommend(const struct services *services, struct ui_preview *preview)
{
	const struct services_measuring *measuring = &services->measuring;
	const size_t size = sizeof preview->recommendation;
	struct advice advice;

	preview->measured = is_current(services);
	if (!preview->measured) {
		advise_by_rules(services, &advice);
		advice_sentence(&advice, preview->recommendation, size);
		return;
	}
	if (measuring->fd >= 0)
		snprintf(preview->recommendation, size, "measuring a sample...");
	else if (measuring->advice != NULL)
		say_measured(services, preview->recommendation, size);
	else
		text_sanitise(preview->recommendation, size, measuring->said.text,
			      strcspn(measuring->said.text, "\n"));
}

/* ---- taking it --------------------------------------------------------------------------------
 */

static int set_field(struct services *services, const char *name, const char *value,
		     struct err *err)
{
	int field = services_field_find(services, name, strlen(name));

	return field >= 0 ? services_set(services, (size_t)field, value, err) : 0;
}

/* "threads:4", "hybrid:2+4", or a layout. */
static int set_plan(struct services *services, const char *plan, struct err *err)
{
	size_t length = strcspn(plan, ":");
	const struct layout_strategy *row = layout_strategy_find(plan, length);
	unsigned first = 0, second = 0;
	char number[16];

	if (row == NULL)
		return set_field(services, "layout", plan, err);
	if (set_field(services, "strategy", row->name, err) != 0)
		return -1;
	(void)sscanf(plan + length, ":%u+%u", &first, &second);
	snprintf(number, sizeof number, "%u", first);
	if (row->takes_workers)
		return set_field(services, "workers", number, err);
	if (!row->takes_io_cpu)
		return 0;
	if (set_field(services, "io", number, err) != 0)
		return -1;
	snprintf(number, sizeof number, "%u", second);
	return set_field(services, "cpu", number, err);
}

int services_take_advice(void *context, struct err *err)
{
	struct services *services = context;
	const json_t *measured = is_current(services) ? services->measuring.advice : NULL;
	double queue = number_in(measured, "queue");
	char plan[ADVICE_PLAN_BYTES], number[16] = "";
	struct advice advice;

	if (measured == NULL) {
		advise_by_rules(services, &advice);
		queue = advice.queue;
	}
	/* A copy: values that change may end what was measured. */
	snprintf(plan, sizeof plan, "%s",
		 measured != NULL ? text_in(measured, "plan") : advice.plan);
	if (queue > 0)
		snprintf(number, sizeof number, "%.0f", queue);
	if (set_plan(services, plan, err) != 0)
		return -1;
	return set_field(services, "queue", number, err); /* "": left to the program */
}
