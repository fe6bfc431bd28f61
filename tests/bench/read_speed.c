/*
 * read_speed.c - how fast memory can be read by so many threads: what adding numbers is held
 * against (floor: tests).
 *
 *   read_speed MEGABYTES THREADS      prints GB/s, the median of five readings by all threads at
 * the same time, and which share of that time they were on a CPU
 *
 * Time is the threads' CPU time: whoever else wants the CPUs has no part in it. But threads that
 * were not on a CPU most of the time did not read at the same time either, and two tell of what the
 * bus lets through only if they did. The memory is of the kind that items lie in, a mapped memory
 * file; each thread reads its own part, with the widest plain loads that the compiler makes of a
 * sum over 64-bit words.
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
	double cpu_s, wall_s;
};

/* What one reading by all threads took, each of them on average. */
struct reading {
	double cpu_s, wall_s;
};

static double clock_s(clockid_t clock)
{
	struct timespec time;

	clock_gettime(clock, &time);
	return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void *read_part(void *argument)
{
	struct part *part = argument;
	uint64_t sum = 0;

	pthread_barrier_wait(part->barrier);
	part->wall_s = clock_s(CLOCK_MONOTONIC);
	part->cpu_s = clock_s(CLOCK_THREAD_CPUTIME_ID);
	for (size_t i = 0; i + BLOCK <= part->count; i += BLOCK) {
		for (size_t j = 0; j < BLOCK; j++)
			sum += part->words[i + j];
	}
	part->cpu_s = clock_s(CLOCK_THREAD_CPUTIME_ID) - part->cpu_s;
	part->wall_s = clock_s(CLOCK_MONOTONIC) - part->wall_s;
	part->sum = sum; /* so that nothing is left out */
	return NULL;
}

static struct reading read_all(const uint64_t *words, size_t count, unsigned threads, uint64_t *sum)
{
	pthread_barrier_t barrier;
	struct part part[MOST_THREADS];
	pthread_t thread[MOST_THREADS];
	struct reading reading = {0};

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
		reading.cpu_s += part[i].cpu_s / threads;
		reading.wall_s += part[i].wall_s / threads;
		*sum += part[i].sum;
	}
	pthread_barrier_destroy(&barrier);
	return reading;
}

static int by_cpu(const void *one, const void *other)
{
	double a = ((const struct reading *)one)->cpu_s, b = ((const struct reading *)other)->cpu_s;

	return (a > b) - (a < b);
}

int main(int argc, char **argv)
{
	size_t bytes = argc == 3 ? (size_t)strtoul(argv[1], NULL, 10) * 1000000 : 0;
	unsigned threads = argc == 3 ? (unsigned)strtoul(argv[2], NULL, 10) : 0;
	int fd = memfd_create("read_speed", MFD_CLOEXEC);
	struct reading reading[READINGS];
	double cpu_s = 0, wall_s = 0;
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
		reading[i] = read_all(words, bytes / sizeof *words, threads, &sum);
		cpu_s += reading[i].cpu_s;
		wall_s += reading[i].wall_s;
	}
	qsort(reading, READINGS, sizeof *reading, by_cpu);
	printf("%.3f\t%.3f\n", sum != 0 ? (double)bytes / 1e9 / reading[READINGS / 2].cpu_s : 0,
	       cpu_s / wall_s);
	return 0;
}
