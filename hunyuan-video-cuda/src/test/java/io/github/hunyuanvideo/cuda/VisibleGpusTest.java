package io.github.hunyuanvideo.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VisibleGpusTest {

  @TempDir Path root;

  @Test
  void withoutAMaskAllAreSeen() throws MalformedDataException {
    VisibleGpus gpus = visible(Recorded.TWO_ALIKE, null);
    assertThat(gpus.devices()).hasSize(2);
    assertThat(gpus.ordered()).isTrue();
    assertThat(gpus.names()).isEqualTo("cuda:0, cuda:1");
    assertThat(texts(gpus).get(1))
        .isEqualTo(
            "cuda:1 is an NVIDIA H100 80GB HBM3 with compute capability 9.0 and 79.6 GiB, 0.0 GiB of it free.");
  }

  @ParameterizedTest
  @CsvSource({
    "'0', 0",
    "'1', 1",
    "'1,0', 1 0",
    "' 1 , 0 ', 1 0",
    "'1,-1,0', 1",
    "'0,2,1', 0",
    "'0,x,1', 0",
    "'-1', ''",
    "'NoDevFiles', ''",
    "'', ''",
    "'0,0', ''",
    "'GPU-aaaaaaaa', 0",
    "'GPU-aaaabbbb,0', 1 0",
    "'GPU-aaaa', ''",
    "'GPU-ffff', ''",
    "'MIG-12345678', ''"
  })
  void theMaskIsReadAsCudaReadsIt(String mask, String seen) throws MalformedDataException {
    List<String> indices =
        visible(Recorded.TWO_ALIKE, mask).devices().stream()
            .map(device -> String.valueOf(device.gpu().index()))
            .toList();
    assertThat(String.join(" ", indices)).isEqualTo(seen);
  }

  @Test
  void aMaskThatHidesAllIsNamed() throws MalformedDataException {
    VisibleGpus gpus = visible(Recorded.TWO_ALIKE, "-1");
    assertThat(Finding.obstacles(gpus.findings()))
        .singleElement()
        .asString()
        .contains("CUDA_VISIBLE_DEVICES=\"-1\"", "unset it", "0 to 1");
  }

  @Test
  void gpusOfDifferentSpeedHaveNoCertainNumbers() throws MalformedDataException {
    VisibleGpus gpus = visible(Recorded.TWO_DIFFERENT, null);
    assertThat(gpus.ordered()).isFalse();
    assertThat(texts(gpus)).anyMatch(text -> text.contains("CUDA_DEVICE_ORDER=PCI_BUS_ID"));
    assertThat(texts(gpus).get(0)).startsWith("One GPU is an NVIDIA GeForce RTX 3060");
    FakeHost host = new FakeHost(root).variable("CUDA_DEVICE_ORDER", "PCI_BUS_ID");
    assertThat(VisibleGpus.of(host.host(), GpuTable.parse(Recorded.TWO_DIFFERENT).gpus()).ordered())
        .isTrue();
  }

  @Test
  void ofADividedGpuOneInstanceIsSeen() throws MalformedDataException {
    VisibleGpus gpus = VisibleGpus.of(new FakeHost(root).host(), divided());
    assertThat(gpus.names()).isEqualTo("only cuda:0");
    assertThat(texts(gpus))
        .containsExactly(
            "cuda:0 is MIG instance 3g.20gb of an NVIDIA A100-SXM4-40GB with compute capability 8.0.");
    Host masked = new FakeHost(root).variable("CUDA_VISIBLE_DEVICES", "MIG-cba663e8").host();
    assertThat(VisibleGpus.of(masked, divided()).at(0).orElseThrow().description())
        .contains("1g.5gb+me");
  }

  @Test
  void aDividedGpuWithoutInstancesIsOfNoUse() throws MalformedDataException {
    VisibleGpus gpus = visible(Recorded.DIVIDED, null);
    assertThat(gpus.devices()).isEmpty();
    assertThat(Finding.obstacles(gpus.findings()))
        .singleElement()
        .asString()
        .contains("MIG mode", "-mig 0");
  }

  private static List<Gpu> divided() throws MalformedDataException {
    MigListing listing = MigListing.parse(Recorded.DIVIDED_LIST);
    return GpuTable.parse(Recorded.DIVIDED).gpus().stream()
        .map(gpu -> gpu.with(listing.of(gpu.index())))
        .toList();
  }

  private VisibleGpus visible(String table, @Nullable String mask) throws MalformedDataException {
    FakeHost host = new FakeHost(root);
    if (mask != null) {
      host.variable("CUDA_VISIBLE_DEVICES", mask);
    }
    return VisibleGpus.of(host.host(), GpuTable.parse(table).gpus());
  }

  private static List<String> texts(VisibleGpus gpus) {
    return gpus.findings().stream().map(Finding::text).toList();
  }
}
