package pluginregistration;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.FileDescriptor;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Holds the built descriptors against what kubelet speaks
/// (`k8s.io/kubelet/pkg/apis/pluginregistration/v1`).
class RegistrationTableTest {
  private static final FileDescriptor BUILT = PluginRegistration.getDescriptor();

  @Test
  void theFieldsAreKubelets() {
    List<String> fields =
        BUILT.getMessageTypes().stream()
            .flatMap(message -> message.getFields().stream())
            .map(field ->
                "%s = %d %s%s"
                    .formatted(
                        field.getFullName(),
                        field.getNumber(),
                        field.isRepeated() ? "repeated " : "",
                        field.getType()))
            .toList();

    assertThat(fields)
        .containsExactlyInAnyOrder(
            "pluginregistration.PluginInfo.type = 1 STRING",
            "pluginregistration.PluginInfo.name = 2 STRING",
            "pluginregistration.PluginInfo.endpoint = 3 STRING",
            "pluginregistration.PluginInfo.supported_versions = 4 repeated STRING",
            "pluginregistration.RegistrationStatus.plugin_registered = 1 BOOL",
            "pluginregistration.RegistrationStatus.error = 2 STRING");
  }

  @Test
  void theCallsAreKubelets() {
    List<String> calls =
        BUILT.getServices().stream()
            .flatMap(service -> service.getMethods().stream())
            .map(call ->
                "%s(%s) %s"
                    .formatted(
                        call.getFullName(),
                        call.getInputType().getName(),
                        call.getOutputType().getName()))
            .toList();

    assertThat(calls)
        .containsExactlyInAnyOrder(
            "pluginregistration.Registration.GetInfo(InfoRequest) PluginInfo",
            "pluginregistration.Registration.NotifyRegistrationStatus(RegistrationStatus)"
                + " RegistrationStatusResponse");
  }
}
