package dev.nook.driver.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PackagesTest {
  @ParameterizedTest
  @CsvSource({
    "apt-get, ext4, apt-get install -y e2fsprogs",
    "apt-get, xfs, apt-get install -y xfsprogs",
    "apt-get, btrfs, apt-get install -y btrfs-progs",
    "dnf, ext4, dnf install -y e2fsprogs",
    "dnf, xfs, dnf install -y xfsprogs",
    "dnf, btrfs, dnf install -y btrfs-progs",
    "zypper, ext4, zypper install -y e2fsprogs",
    "zypper, xfs, zypper install -y xfsprogs",
    "zypper, btrfs, zypper install -y btrfsprogs",
    "apk, ext4, apk add e2fsprogs e2fsprogs-extra",
    "apk, xfs, apk add xfsprogs xfsprogs-extra",
    "apk, btrfs, apk add btrfs-progs",
    "pacman, ext4, install the package e2fsprogs",
    "pacman, xfs, install the package xfsprogs",
    "pacman, btrfs, install the package btrfs-progs"
  })
  void aMissingToolIsAskedForInTheWordsOfTheHost(String has, String fileSystem, String typed) {
    assertThat(Packages.installs(fileSystem, has::equals)).isEqualTo(typed);
  }

  @Test
  void aHostWithSeveralIsAskedInTheWordsOfTheFirst() {
    assertThat(Packages.installs("xfs", Set.of("apk", "dnf")::contains))
        .isEqualTo("dnf install -y xfsprogs");
  }
}
