package dev.nook.rpc;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import org.jspecify.annotations.Nullable;

/// What the log may say of a call's request and reply: the fields on an allow-list, and the claim
/// or pod that the call is for. It asks messages for their descriptors, which take a start some 30
/// ms to build; a line that is not written must not ask.
final class LoggedFields {
  /// The fields that may be logged, wherever a message has one of these names.
  private static final String[] LOGGED = {"name", "volume_id", "snapshot_id", "source_volume_id"};

  /// What a reply may hold.
  private static final String[] MADE = {"volume", "snapshot"};

  private final StringBuilder fields = new StringBuilder();

  private LoggedFields() {}

  /// Returns each field once, though a reply repeats what the request said, with a space before it.
  static String of(@Nullable Message request, @Nullable Message reply) {
    var found = new LoggedFields();
    if (request != null) {
      found.add(request);
    }
    if (reply != null) {
      found.addMade(reply);
    }
    return found.fields.toString();
  }

  private void addMade(Message reply) {
    for (String name : MADE) {
      FieldDescriptor made = reply.getDescriptorForType().findFieldByName(name);
      if (made != null && reply.hasField(made) && reply.getField(made) instanceof Message some) {
        add(some);
      }
    }
  }

  private void add(Message message) {
    for (String name : LOGGED) {
      FieldDescriptor field = message.getDescriptorForType().findFieldByName(name);
      if (field != null && message.getField(field) instanceof String text && !text.isEmpty()) {
        add(" %s=%s".formatted(name, text));
      }
    }
    for (ForWhom whom : ForWhom.values()) {
      whom.in(message).ifPresent(this::add);
    }
  }

  private void add(String field) {
    if (fields.indexOf(field) < 0) {
      fields.append(field);
    }
  }
}
