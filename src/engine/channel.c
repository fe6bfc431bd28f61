/*
 * channel.c - messages between the supervisor and one host.
 *
 * Message: head (struct head), then records: type u32, length u32, body.
 */
#include "config.h"

#include "engine/channel.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"

struct head {
	uint32_t received; /* messages with records that we have taken from you so far */
	uint32_t records;  /* in this message; 0: an answer only */
	uint32_t batch;
	uint32_t bytes; /* of the whole message */
};

struct record_head {
	uint32_t type;
	uint32_t length;
};

/* A message being filled or waiting for the window. */
struct outgoing {
	struct outgoing *next;
	size_t length;
	uint32_t records;
	unsigned char bytes[CHANNEL_MESSAGE_BYTES];
};

struct channel {
	int fd;
	uint32_t sent;	   /* messages with records */
	uint32_t answered; /* of them */
	uint32_t received;
	uint32_t told; /* value of received in the last message that went out */
	uint32_t batch;
	uint32_t peer_batch;
	size_t backlog;
	bool blocked;
	struct outgoing *first;
	struct outgoing *last;
	struct outgoing *spare; /* saves an allocation per message */
	unsigned char incoming[CHANNEL_MESSAGE_BYTES];
};

struct channel *channel_new(int fd)
{
	struct channel *channel = mem_calloc(1, sizeof *channel);

	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
	channel->fd = fd;
	channel->batch = 1;
	channel->peer_batch = 1;
	return channel;
}

void channel_free(struct channel *channel)
{
	if (channel == NULL)
		return;
	while (channel->first != NULL) {
		struct outgoing *next = channel->first->next;

		free(channel->first);
		channel->first = next;
	}
	free(channel->spare);
	close(channel->fd);
	free(channel);
}

int channel_fd(const struct channel *channel)
{
	return channel->fd;
}

static struct outgoing *new_message(struct channel *channel)
{
	struct outgoing *message = channel->spare;

	if (message == NULL)
		message = mem_calloc(1, sizeof *message);
	channel->spare = NULL;
	message->next = NULL;
	message->length = sizeof(struct head);
	message->records = 0;
	if (channel->last != NULL)
		channel->last->next = message;
	else
		channel->first = message;
	channel->last = message;
	return message;
}

void channel_put(struct channel *channel, uint32_t type, const void *body, size_t length)
{
	struct record_head head = {.type = type, .length = (uint32_t)length};
	struct outgoing *message = channel->last;

	if (length > CHANNEL_RECORD_BYTES)
		abort();
	if (message == NULL || message->length + sizeof head + length > CHANNEL_MESSAGE_BYTES)
		message = new_message(channel);
	memcpy(message->bytes + message->length, &head, sizeof head);
	message->length += sizeof head;
	if (length != 0)
		memcpy(message->bytes + message->length, body, length);
	message->length += length;
	message->records++;
	channel->backlog++;
}

size_t channel_backlog(const struct channel *channel)
{
	return channel->backlog;
}

void channel_set_batch(struct channel *channel, unsigned batch)
{
	channel->batch = batch;
}

unsigned channel_peer_batch(const struct channel *channel)
{
	return channel->peer_batch;
}

bool channel_wants_out(const struct channel *channel)
{
	return channel->blocked;
}

/* 1 sent, 0 not now, -1 peer gone. */
static int transmit(struct channel *channel, unsigned char *bytes, size_t length, uint32_t records)
{
	struct head head = {.received = channel->received,
			    .records = records,
			    .batch = channel->batch,
			    .bytes = (uint32_t)length};
	ssize_t sent;

	memcpy(bytes, &head, sizeof head);
	do {
		sent = send(channel->fd, bytes, length, MSG_NOSIGNAL | MSG_DONTWAIT);
	} while (sent < 0 && errno == EINTR);
	channel->blocked = sent < 0 && (errno == EAGAIN || errno == ENOBUFS);
	if (channel->blocked)
		return 0;
	if (sent < 0)
		return -1;
	channel->told = channel->received;
	return 1;
}

int channel_flush(struct channel *channel)
{
	int result = 1;

	while (channel->first != NULL && channel->sent - channel->answered < CHANNEL_WINDOW) {
		struct outgoing *message = channel->first;

		result = transmit(channel, message->bytes, message->length, message->records);
		if (result <= 0)
			return result;
		channel->sent++;
		channel->backlog -= message->records;
		channel->first = message->next;
		if (channel->first == NULL)
			channel->last = NULL;
		free(channel->spare);
		channel->spare = message;
	}
	if (channel->told != channel->received) {
		unsigned char answer[sizeof(struct head)];

		result = transmit(channel, answer, sizeof answer, 0);
	}
	return result < 0 ? -1 : 0;
}

static int deliver(struct channel *channel, const struct head *head, channel_handler *handler,
		   void *context)
{
	size_t at = sizeof *head;

	for (uint32_t i = 0; i < head->records; i++) {
		struct record_head record;

		if (head->bytes - at < sizeof record)
			return -1;
		memcpy(&record, channel->incoming + at, sizeof record);
		at += sizeof record;
		if (record.length > head->bytes - at)
			return -1;
		if (handler(context, record.type, channel->incoming + at, record.length) != 0)
			return -1;
		at += record.length;
	}
	return at == head->bytes ? 1 : -1;
}

int channel_receive(struct channel *channel, channel_handler *handler, void *context)
{
	struct head head;
	ssize_t length;

	/* A peer that died with unread messages is reported by ECONNRESET once, before what it had
	 * sent can be read: its last words are still there. */
	do {
		length = recv(channel->fd, channel->incoming, sizeof channel->incoming,
			      MSG_DONTWAIT | MSG_TRUNC);
	} while (length < 0 && (errno == EINTR || errno == ECONNRESET));
	if (length < 0)
		return errno == EAGAIN ? 0 : -1;
	if (length == 0)
		return -1;
	if ((size_t)length < sizeof head || (size_t)length > sizeof channel->incoming)
		return -2;
	memcpy(&head, channel->incoming, sizeof head);
	/* Answers to what was never sent would shut the window for ever. */
	if (head.bytes != (size_t)length || head.batch == 0 ||
	    head.received - channel->answered > channel->sent - channel->answered)
		return -2;
	channel->answered = head.received;
	channel->peer_batch = head.batch;
	if (head.records == 0)
		return head.bytes == sizeof head ? 1 : -2;
	if (channel->received - channel->told >= CHANNEL_WINDOW)
		return -2; /* it does not keep to the window */
	channel->received++;
	return deliver(channel, &head, handler, context) == 1 ? 1 : -2;
}
