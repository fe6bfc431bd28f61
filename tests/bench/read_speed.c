/*
 * read_speed.c - how fast memory can be read by so many threads: what adding numbers is held
 * against (floor: tests).
 *
 *   read_speed MEGABYTES THREADS      prints GB/s, the best of five readings
 *
 * The memory is of the kind that items lie in, a mapped memory file; each thread reads its own
 * part, with the widest plain loads that the compiler makes of a sum over 64-bit words.
 */
#define _GNU_SOURCE

#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum { MOST_THREADS = 64, READINGS = 5, BLOCK = 4096 };

struct part {
	const uint64_t *words;
	size_t count;
	uint64_t sum;
	pthread_barrier_t *barrier;
	double begin_s, end_s;
};

static double now_s(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void *read_part(void *argument)
{
	struct part *part = argument;
	uint64_t sum = 0;

	pthread_barrier_wait(part->barrier);
	part->begin_s = now_s();
	for (size_t i = 0; i + BLOCK <= part->count; i += BLOCK) {
		for (size_t j = 0; j < BLOCK; j++)
			sum += part->words[i + j];
	}
	part->end_s = now_s();
	part->sum = sum; /* so that nothing is left out */
	return NULL;
}

/* Seconds that the threads took on average, as a stage's time is counted. */
static double read_all(const uint64_t *words, size_t count, unsigned threads, uint64_t *sum)
{
	pthread_barrier_t barrier;
	struct part part[MOST_THREADS];
	pthread_t thread[MOST_THREADS];
	double total_s = 0;

	pthread_barrier_init(&barrier, NULL, threads);
	for (unsigned i = 0; i < threads; i++) {
		part[i] = (struct part){.words = words + count / threads * i,
					.count = count / threads,
					.barrier = &barrier};
		if (pthread_create(&thread[i], NULL, read_part, &part[i]) != 0)
			exit(1);
	}
	for (unsigned i = 0; i < threads; i++) {
		pthread_join(thread[i], NULL);
		total_s += part[i].end_s - part[i].begin_s;
		*sum += part[i].sum;
	}
	pthread_barrier_destroy(&barrier);
	return total_s / threads;
}

int main(int argc, char **argv)
{
	size_t bytes = argc == 3 ? (size_t)strtoul(argv[1], NULL, 10) * 1000000 : 0;
	unsigned threads = argc == 3 ? (unsigned)strtoul(argv[2], NULL, 10) : 0;
	int fd = memfd_create("read_speed", MFD_CLOEXEC);
	double best_s = 1e9;
	uint64_t *words, sum = 0;

	if (bytes == 0 || threads == 0 || threads > MOST_THREADS) {
		fprintf(stderr, "usage: read_speed MEGABYTES THREADS\n");
		return 2;
	}
	if (fd < 0 || ftruncate(fd, (off_t)bytes) != 0)
		return 1;
	words = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (words == MAP_FAILED)
		return 1;
	memset(words, 0x5a, bytes);
	for (int i = 0; i < READINGS; i++) {
		double took_s = read_all(words, bytes / sizeof *words, threads, &sum);

		best_s = took_s < best_s ? took_s : best_s;
	}
	printf("%.3f\n", sum != 0 ? (double)bytes / 1e9 / best_s : 0);
	return 0;
}
