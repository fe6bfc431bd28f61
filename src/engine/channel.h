/*
 * channel.h - messages between the supervisor and one host (floor: engine).
 *
 * A SOCK_SEQPACKET pair carries messages of at most 16 KiB, each a head and any number of records.
 * Both ends keep at most 4 messages unanswered: two senders that both wait for the other to read
 * would stand still for ever, so nobody ever blocks in send. What the window does not admit waits
 * in the sender's memory, which is bounded because the number of jobs out is.
 *
 * An answer is the number of messages received so far, in the head of whatever goes the other way;
 * where nothing does, an empty message carries it (and needs no answer itself).
 *
 * Not thread-safe: the supervisor has one thread; a host guards its channel with host.lock.
 */
#ifndef IMGTOP_ENGINE_CHANNEL_H
#define IMGTOP_ENGINE_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	CHANNEL_MESSAGE_BYTES = 16 * 1024,
	CHANNEL_RECORD_BYTES = CHANNEL_MESSAGE_BYTES - 64, /* largest record body */
	CHANNEL_WINDOW = 4,
};

struct channel;

/* fd: one end of a SOCK_SEQPACKET pair, taken over; set non-blocking. */
struct channel *channel_new(int fd);
void channel_free(struct channel *channel);
int channel_fd(const struct channel *channel);

/* Append a record to what is to be sent. Sends nothing. */
void channel_put(struct channel *channel, uint32_t type, const void *body, size_t length);

/* Records appended but not sent. */
size_t channel_backlog(const struct channel *channel);

/* Hint for the other side, sent in each head: how many records make a batch. */
void channel_set_batch(struct channel *channel, unsigned batch);
unsigned channel_peer_batch(const struct channel *channel);

/* Send what the window admits, answers included. -1: the other end is gone. */
int channel_flush(struct channel *channel);

/* Must the caller poll for POLLOUT? (The socket's own buffer was full.) */
bool channel_wants_out(const struct channel *channel);

/* Return -1 to say that the record is malformed. */
typedef int channel_handler(void *context, uint32_t type, const void *body, size_t length);

/* Receive one message and hand its records over, in order. 1: a message was read; 0: none is there
 * now; -1: the other end is gone; -2: what it sent is malformed, or more than the window admits. */
int channel_receive(struct channel *channel, channel_handler *handler, void *context);

#endif
