"""Bylines hold names."""

import pytest

from newscrawl.text.bylines import names, split_byline


@pytest.mark.parametrize(
    ("byline", "found"),
    [
        ("By Nour Haddad", ["Nour Haddad"]),
        ("by: Nour Haddad", ["Nour Haddad"]),
        ("Par Amel Riahi", ["Amel Riahi"]),
        ("Written by Nour Haddad", ["Nour Haddad"]),
        ("By Salim Jabbar and Elif Karaca", ["Salim Jabbar", "Elif Karaca"]),
        ("Salim Jabbar, Elif Karaca", ["Salim Jabbar", "Elif Karaca"]),
        ("Salim Jabbar, Elif Karaca and Dana Khalifa", ["Salim Jabbar", "Elif Karaca", "Dana Khalifa"]),
        ("Salim Jabbar, Elif Karaca, and Dana Khalifa", ["Salim Jabbar", "Elif Karaca", "Dana Khalifa"]),
        ("Amel Riahi et Nadir Benali", ["Amel Riahi", "Nadir Benali"]),
        ("Nour Haddad in Hasakah, Syria", ["Nour Haddad"]),
        ("Nour Haddad in Hasakah and Omar Yasin in Tikrit", ["Nour Haddad", "Omar Yasin"]),
        ("Ali Hassan in al-Qaim", ["Ali Hassan"]),
        ("By Ali Hassan in al-Qaim and Omar Yasin in el-Arish", ["Ali Hassan", "Omar Yasin"]),
        ("By Ali Hassan, in Baghdad", ["Ali Hassan"]),
        ("By Ali Hassan in the occupied West Bank", ["Ali Hassan"]),
        ("Ali Hassan in northern Iraq and agencies", ["Ali Hassan"]),
        ("Ali Hassan near Mosul", ["Ali Hassan"]),
        ("Ali Hassan à al-Qaïm", ["Ali Hassan"]),
        ("BY ALI HASSAN IN BASRA AND OMAR YASIN", ["ALI HASSAN", "OMAR YASIN"]),
        ("RESEARCH AND ANALYSIS", ["RESEARCH AND ANALYSIS"]),
        ("Ali Hassan in Baghdad with AFP", ["Ali Hassan", "AFP"]),
        ("Ali Hassan and agencies", ["Ali Hassan"]),
        ("Ali Hassan, with agencies", ["Ali Hassan"]),
        ("Ali Hassan and Omar Yasin and agencies", ["Ali Hassan", "Omar Yasin"]),
        ("Ali Hassan et agences", ["Ali Hassan"]),
        ("Agencies", ["Agencies"]),
        ("MEE staff and agencies", ["MEE staff and agencies"]),
        ("MEE correspondent in Gaza City and agencies", ["MEE correspondent and agencies"]),
        ("Ali Hassan/AFP", ["Ali Hassan", "AFP"]),
        ("Author: Ali Hassan", ["Ali Hassan"]),
        ("Words by Ali Hassan, photos by Omar Yasin", ["Ali Hassan"]),
        ("By Ali Hassan on June 6, 2025", ["Ali Hassan"]),
        ("Ali Hassan | 6 June 2025 11:33 BST", ["Ali Hassan"]),
        ("Ali Hassan @alihassan", ["Ali Hassan"]),
        ("Omar Yasin and AFP", ["Omar Yasin", "AFP"]),
        ("Reuters and AFP", ["Reuters", "AFP"]),
        ("Ali Hassan, Jr.", ["Ali Hassan, Jr."]),
        ("MEE staff", ["MEE staff"]),
        ("MEE and agencies", ["MEE and agencies"]),
        ("Research and Analysis Desk", ["Research and Analysis Desk"]),
        ("AFP", ["AFP"]),
        ("O&#8217;Brien", ["O’Brien"]),
        ("<a href='/x'>Nour Haddad</a>", ["Nour Haddad"]),
        ("https://www.facebook.com/iraqinews", []),
        ("desk@iraqinews.com", []),
        (" , ", []),
        ("", []),
    ],
)
def test_byline_is_split_into_names(byline, found):
    assert split_byline(byline) == found


def test_each_name_stands_once():
    assert names(["By Nour Haddad", "NOUR HADDAD", "Omar Yasin"]) == ["Nour Haddad", "Omar Yasin"]


def test_the_place_of_one_name_does_not_take_the_next_with_it():
    line = "By Salim Jabbar in Beirut, Elif Karaca in Ankara and Ali O’Neil"
    assert names([line]) == ["Salim Jabbar", "Elif Karaca", "Ali O’Neil"]
    assert names(["By Salim Jabbar in Washington, DC"]) == ["Salim Jabbar"]
