/*
 * replay_format.c - snapshots as words and as runs of changed words.
 */
#include "config.h"

#include "record/replay_format.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "record/page_layout.h"

enum { PIECES = 6 };

struct piece {
	void *bytes;
	size_t size;
};

struct replay_head replay_make_head(void)
{
	return (struct replay_head){
		.magic = REPLAY_MAGIC,
		.version = REPLAY_VERSION,
		.byte_order = PAGE_BYTE_ORDER,
		.snapshot_bytes = sizeof(struct snapshot),
		.event_bytes = sizeof(struct page_event),
		.line_bytes = sizeof(struct page_log_line),
	};
}

static uint64_t mix(uint64_t check, uint64_t word)
{
	check = (check ^ word) * UINT64_C(0x9e3779b97f4a7c15);
	return check ^ (check >> 29);
}

uint64_t replay_check(const struct replay_record *record, const void *payload)
{
	const unsigned char *bytes = payload;
	uint64_t check = mix(REPLAY_MAGIC, (uint64_t)record->bytes << 32 | record->kind);
	uint64_t word;

	check = mix(mix(check, record->from_ns), record->to_ns);
	for (size_t i = 0; i < record->bytes / 8; i++) {
		memcpy(&word, bytes + i * 8, 8);
		check = mix(check, word);
	}
	return check;
}

/* The parts of a snapshot that a file of this shape holds, in file order. */
static void cut(struct snapshot *s, const struct replay_shape *shape, struct piece *pieces)
{
	pieces[0] = (struct piece){&s->plan, sizeof s->plan};
	pieces[1] = (struct piece){&s->status, sizeof s->status};
	pieces[2] = (struct piece){&s->recorder, sizeof s->recorder};
	pieces[3] = (struct piece){s->queue, shape->queues * sizeof *s->queue};
	pieces[4] = (struct piece){s->host, shape->hosts * sizeof *s->host};
	pieces[5] = (struct piece){s->worker, shape->workers * sizeof *s->worker};
}

static size_t words_of(const struct replay_shape *shape)
{
	return WORDS_PLAN + WORDS_STATUS + WORDS_RECORDER + (size_t)shape->queues * WORDS_QUEUE +
	       (size_t)shape->hosts * WORDS_HOST +
	       (size_t)shape->workers * (WORDS_LIVE + WORDS_COUNTERS);
}

static void make_room(struct replay_flat *flat, const struct replay_shape *shape)
{
	flat->shape = *shape;
	flat->count = words_of(shape);
	if (flat->room < flat->count) {
		flat->words = mem_realloc(flat->words, flat->count, sizeof *flat->words);
		flat->room = flat->count;
	}
}

bool replay_reshape(struct replay_flat *flat, const struct replay_shape *shape)
{
	if (shape->workers > PAGE_WORKERS || shape->hosts > PAGE_HOSTS ||
	    shape->queues > PAGE_QUEUES)
		return false;
	make_room(flat, shape);
	memset(flat->words, 0, flat->count * sizeof *flat->words);
	return true;
}

void replay_flatten(struct replay_flat *flat, const struct snapshot *snapshot)
{
	struct replay_shape shape = {
		.identity = snapshot->page_identity,
		.workers = snapshot->status.workers,
		.hosts = snapshot->status.hosts,
		.queues = snapshot->status.queues,
	};
	struct piece pieces[PIECES];
	unsigned char *to;

	make_room(flat, &shape);
	flat->at_ns = snapshot->at_ns;
	to = (unsigned char *)flat->words;
	/* The pieces are only read here. */
	cut((struct snapshot *)(uintptr_t)snapshot, &shape, pieces);
	for (size_t i = 0; i < PIECES; i++) {
		memcpy(to, pieces[i].bytes, pieces[i].size);
		to += pieces[i].size;
	}
}

/* Texts and indices may say anything in a stranger's file. */
static void tame(struct snapshot *snapshot, const struct replay_shape *shape)
{
	snapshot->status.workers = shape->workers;
	snapshot->status.hosts = shape->hosts;
	snapshot->status.queues = shape->queues;
	page_tame_plan(&snapshot->plan);
	page_tame_status(&snapshot->status);
	page_tame_recorder(&snapshot->recorder);
	for (unsigned i = 0; i < shape->queues; i++)
		page_tame_queue(&snapshot->queue[i]);
	for (unsigned i = 0; i < shape->hosts; i++)
		page_tame_host(&snapshot->host[i]);
	for (unsigned i = 0; i < shape->workers; i++)
		page_tame_live(&snapshot->worker[i].live);
}

int replay_unflatten(struct snapshot *snapshot, const struct replay_flat *flat, struct err *err)
{
	const unsigned char *from = (const unsigned char *)flat->words;
	struct piece pieces[PIECES];

	if (flat->words == NULL || flat->count != words_of(&flat->shape))
		return err_permanent(err, "replay: no snapshot was read");
	cut(snapshot, &flat->shape, pieces);
	for (size_t i = 0; i < PIECES; i++) {
		memcpy(pieces[i].bytes, from, pieces[i].size);
		from += pieces[i].size;
	}
	snapshot->at_ns = flat->at_ns;
	snapshot->page_identity = flat->shape.identity;
	snapshot->plan_sequence = 0;
	tame(snapshot, &flat->shape);
	return 0;
}

bool replay_same_shape(const struct replay_shape *a, const struct replay_shape *b)
{
	return a->identity == b->identity && a->workers == b->workers && a->hosts == b->hosts &&
	       a->queues == b->queues;
}

void replay_copy_flat(struct replay_flat *to, const struct replay_flat *from)
{
	make_room(to, &from->shape);
	to->at_ns = from->at_ns;
	memcpy(to->words, from->words, from->count * sizeof *to->words);
}

static uint64_t base_word(const struct replay_flat *base, size_t at)
{
	return base != NULL ? base->words[at] : 0;
}

void replay_encode(struct textbuf *out, const struct replay_flat *base,
		   const struct replay_flat *flat)
{
	size_t at = 0;

	while (at < flat->count) {
		size_t first = at, end;
		uint64_t run;

		while (first < flat->count && flat->words[first] == base_word(base, first))
			first++;
		if (first == flat->count)
			return;
		end = first + 1;
		while (end < flat->count && flat->words[end] != base_word(base, end))
			end++;
		run = (uint64_t)(first - at) << 32 | (end - first);
		textbuf_append(out, (const char *)&run, sizeof run);
		textbuf_append(out, (const char *)&flat->words[first],
			       (end - first) * sizeof *flat->words);
		at = end;
	}
}

bool replay_decode(struct replay_flat *flat, const void *runs, size_t bytes)
{
	const unsigned char *from = runs;
	size_t at = 0;

	while (bytes >= sizeof(uint64_t)) {
		uint64_t run;
		size_t changed;

		memcpy(&run, from, sizeof run);
		from += sizeof run;
		bytes -= sizeof run;
		changed = (size_t)(run & UINT32_MAX);
		if (run >> 32 > flat->count - at)
			return false;
		at += (size_t)(run >> 32);
		if (changed > flat->count - at || changed > bytes / sizeof(uint64_t))
			return false;
		memcpy(&flat->words[at], from, changed * sizeof(uint64_t));
		from += changed * sizeof(uint64_t);
		bytes -= changed * sizeof(uint64_t);
		at += changed;
	}
	return bytes == 0;
}
