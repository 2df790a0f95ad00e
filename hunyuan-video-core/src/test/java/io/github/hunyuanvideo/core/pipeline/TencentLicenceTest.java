package io.github.hunyuanvideo.core.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hunyuanvideo.core.testing.ChildJvm;
import io.github.hunyuanvideo.core.testing.Golden;
import io.github.hunyuanvideo.core.transformer.TransformerConfig;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TencentLicenceTest {

  @TempDir Path folder;

  @Test
  void thePublishedModelIsTakenForTencents() {
    assertThat(TransformerConfig.published().layout().parameters())
        .isGreaterThanOrEqualTo(TencentLicence.ofPublishedWeights().fromParameters());
  }

  @Test
  void itsTermsAreLoggedOnceAsAWarningHoweverManyPipelinesAreOpened() throws Exception {
    ChildJvm.Result result = open(new ChildJvm(folder), 1);
    assertThat(result.out().lines().filter(TencentLicenceTest::isReminder))
        .singleElement()
        .asString()
        .contains(" WARN ");
    assertThat(result.err().lines()).noneMatch(TencentLicenceTest::isReminder);
  }

  @Test
  void itsTermsArePrintedOnceWhereNobodyTakesLogs() throws Exception {
    ChildJvm.Result result =
        open(new ChildJvm(folder).without(jar -> jar.startsWith("logback-")), 1);
    assertThat(result.err()).contains("No SLF4J providers were found");
    assertThat(result.err().lines().filter(TencentLicenceTest::isReminder)).hasSize(1);
    assertThat(result.out()).isEmpty();
  }

  @Test
  void smallerModelsAreNotTakenForTencents() throws Exception {
    ChildJvm.Result result = open(new ChildJvm(folder), 1_000_000_000);
    assertThat((result.out() + result.err()).lines()).noneMatch(TencentLicenceTest::isReminder);
  }

  private static ChildJvm.Result open(ChildJvm jvm, long fromParameters) throws Exception {
    return jvm.withSettingsOfTheTests()
        .run(LicenceProgram.class, Golden.path("tiny-ckpts"), fromParameters)
        .succeeded();
  }

  private static boolean isReminder(String line) {
    return line.contains("Tencent Hunyuan Community License");
  }
}
